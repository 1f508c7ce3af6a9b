import { GroundTrendError } from '../../errors.js';
import type { EpochAxis } from '../../series/epoch-axis.js';
import type { AttributeField } from '../../series/series-batch.js';
import { canonicalNames } from '../columns/column-names.js';
import type { ColumnSample } from '../columns/column-sample.js';
import { chooseColumn, chooseCoordinates, holdsDegrees, NO_PID } from '../columns/coordinates.js';
import { findEpochColumns, OUT_OF_ORDER } from '../columns/epoch-columns.js';
import { doubtFillers } from '../columns/filler-doubt.js';
import { doubtUnits, medianStep } from '../columns/unit-doubt.js';
import { parseNumber } from '../delimited/cell-text.js';
import { type EgmsProduct, recogniseEgms } from '../egms-product.js';
import { createToDegrees, type ToDegrees } from '../projection.js';
import { type DisplacementUnit, MM_PER_UNIT, type ReadOptions } from '../read-options.js';
import type { ColumnUse, RowBlock, TableGeometry, TableSource } from './table-source.js';

/** Rows looked at before reading, to see what coordinates and displacements are. */
const SAMPLE_ROWS = 200;

/** What is what in a table. */
export interface TablePlan {
  readonly axis: EpochAxis;
  readonly epochOfColumn: Int32Array;
  readonly uses: readonly ColumnUse[];
  readonly pidColumn: number | undefined;
  /** Columns of coordinates; `undefined` where the geometry has them. */
  readonly xColumn: number | undefined;
  readonly yColumn: number | undefined;
  readonly toDegrees: ToDegrees | undefined;
  readonly attributes: readonly (AttributeField & { readonly column: number })[];
  readonly mmPerUnit: number;
  readonly product: EgmsProduct | undefined;
  readonly warnings: readonly string[];
}

/**
 * Decides the use of every column of a table. The geometry is taken before columns of coordinates, since it alone says
 * its system.
 *
 * Throws `input` where there are no dates or no coordinates, or metres in an unknown projection.
 */
export async function planTable(source: TableSource, options: ReadOptions): Promise<TablePlan> {
  const { file } = source;
  const place = { file };
  const columnNames = source.columns.map(({ name }) => name);
  const epochs =
    source.series === undefined
      ? findEpochColumns(columnNames, place)
      : {
          axis: source.series,
          epochOfColumn: new Int32Array(columnNames.length).fill(-1),
          isOutOfOrder: false,
        };
  const { axis, epochOfColumn } = epochs;
  const isDate = (column: number) => epochOfColumn[column] >= 0;

  const firstUses = source.columns.map(({ kind }, column) => (isDate(column) ? 'displacement' : kind));
  const first = await takeFirst(source, firstUses, epochOfColumn, axis.days.length);
  const sample: ColumnSample = {
    names: columnNames,
    epochOfColumn,
    numbersOf: (column) => numbersOf(first.columns[column]),
  };
  const canonical = canonicalNames(columnNames);
  const product = recogniseEgms(file, new Set(canonical));
  const place2d = placePoints(source, sample, first, options, product?.level === 'L3');
  const pidColumn = chooseColumn('pid', sample, options, place);

  const uses: ColumnUse[] = [...firstUses];
  const attributes: (AttributeField & { column: number })[] = [];
  source.columns.forEach(({ kind }, column) => {
    if (column === pidColumn) uses[column] = 'text';
    else if (place2d.degreeColumns.includes(column) && column !== place2d.x && column !== place2d.y) {
      uses[column] = 'unused';
    } else if (column === place2d.x || column === place2d.y) uses[column] = 'number';
    // Degrees go into the batch's own columns.
    if (isDate(column) || column === pidColumn || place2d.degreeColumns.includes(column)) return;
    attributes.push({ name: canonical[column], kind, column });
  });

  const unit: DisplacementUnit = options.units ?? source.unit ?? 'mm';
  const warnings = [
    ...(options.notes ?? []),
    ...source.warnings,
    epochs.isOutOfOrder ? OUT_OF_ORDER : undefined,
    pidColumn === undefined ? NO_PID : undefined,
    place2d.warning,
    doubtUnits(medianStep(first.displacements, axis.days.length), unit),
    doubtFillers(first.displacements),
  ];
  return {
    axis,
    epochOfColumn,
    uses,
    pidColumn,
    xColumn: place2d.x,
    yColumn: place2d.y,
    toDegrees: place2d.toDegrees,
    attributes,
    mmPerUnit: MM_PER_UNIT[unit],
    product,
    warnings: warnings.filter((warning) => warning !== undefined),
  };
}

async function takeFirst(
  source: TableSource,
  uses: readonly ColumnUse[],
  epochOfColumn: Int32Array,
  epochs: number,
): Promise<RowBlock> {
  for await (const block of source.rows({
    uses,
    epochOfColumn,
    epochs,
    rowsPerBlock: SAMPLE_ROWS,
    mmPerUnit: 1,
    wantedRows: SAMPLE_ROWS,
  }))
    return block;
  throw new GroundTrendError('input', 'There are columns and no row.', {
    place: { file: source.file },
    advice: 'Was the download or the copy cut short?',
  });
}

function numbersOf(values: Float64Array | string[] | undefined): number[] {
  const numbers = values instanceof Float64Array ? Array.from(values) : (values ?? []).map(parseText);
  return numbers.filter(Number.isFinite);
}

const parseText = (text: string) => parseNumber(text, '.') ?? Number.NaN;

interface Placement {
  readonly x?: number;
  readonly y?: number;
  readonly toDegrees: ToDegrees | undefined;
  /** Columns that repeat or give the batch's degrees. */
  readonly degreeColumns: readonly number[];
  readonly warning?: string;
}

function placePoints(
  source: TableSource,
  sample: ColumnSample,
  first: RowBlock,
  options: ReadOptions,
  isLevel3: boolean,
): Placement {
  const place = { file: source.file };
  const { geometry } = source;
  const areChosen = (['latitude', 'longitude', 'easting', 'northing'] as const).some(
    (role) => options.columns?.[role] !== undefined,
  );
  const longitude = chooseColumn('longitude', sample, options, place);
  const latitude = chooseColumn('latitude', sample, options, place);
  const degreeColumns =
    longitude !== undefined && latitude !== undefined && holdsDegrees(sample, longitude, latitude)
      ? [longitude, latitude]
      : [];
  if (geometry === undefined || areChosen || (geometry.system === 'unknown' && degreeColumns.length > 0)) {
    const { x, y, epsg, warning } = chooseCoordinates(sample, options, isLevel3, place);
    if (epsg === undefined) return { x, y, toDegrees: undefined, warning, degreeColumns: [x, y] };
    return { x, y, toDegrees: createToDegrees(epsg), warning, degreeColumns: [] };
  }
  return { ...convertGeometry(geometry, first, options, place), degreeColumns };
}

function convertGeometry(
  geometry: TableGeometry,
  first: RowBlock,
  options: ReadOptions,
  place: { readonly file: string },
): { readonly toDegrees: ToDegrees | undefined; readonly warning?: string } {
  if (geometry.system !== 'unknown') {
    const isAsked = options.epsg !== undefined && geometry.description !== `EPSG:${options.epsg}`;
    const passedOver = isAsked
      ? `The file itself says where its points are ("${geometry.description}"): EPSG:${options.epsg} was passed over.`
      : undefined;
    return { toDegrees: geometry.toDegrees, warning: geometry.warning ?? passedOver };
  }
  if (options.epsg !== undefined) return { toDegrees: createToDegrees(options.epsg) };
  const areDegrees = first.x!.every((x, i) => !(Math.abs(x) > 360) && !(Math.abs(first.y![i]) > 90));
  if (areDegrees) {
    return {
      toDegrees: undefined,
      warning: `${geometry.description}; its coordinates were taken as degrees, since the numbers allow it.`,
    };
  }
  const example = first.x!.find(Number.isFinite);
  throw new GroundTrendError(
    'input',
    `${geometry.description}, and its coordinates are metres (${example}).`,
    {
      place,
      advice: 'Say which, for example --epsg 32633 for WGS84 / UTM zone 33N.',
    },
  );
}
