import { GroundTrendError } from '../../errors.js';
import type { EpochAxis } from '../../series/epoch-axis.js';
import type { AttributeField } from '../../series/series-batch.js';
import { type EgmsProduct, recogniseEgms } from '../egms-product.js';
import type { ToDegrees } from '../projection.js';
import type { DecimalMark } from './cell-text.js';
import { canonicalNames } from './column-names.js';
import { chooseColumn, chooseCoordinates } from './coordinates.js';
import type { Delimiter, TableHeader } from './header.js';
import { MM_PER_UNIT, type ReadOptions } from './read-options.js';
import { isNumericColumn, medianStep, type TableSample } from './sample.js';

/** What the scanner does with the cells of a column. The first two are numbers. */
export const COLUMN_USE = { displacement: 0, number: 1, text: 2, pid: 3 } as const;

/** An attribute and where the scanner keeps it: in a column of numbers or of texts. */
export interface AttributeSource extends AttributeField {
  readonly slot: number;
}

/**
 * All that the row scanner needs to know of a table, and nothing of its bytes: the same for every stretch of rows of
 * the file.
 */
export interface TableLayout {
  readonly file: string;
  readonly columnNames: readonly string[];
  readonly delimiter: Delimiter;
  readonly decimalMark: DecimalMark;
  readonly axis: EpochAxis;
  /** `COLUMN_USE` of each column. */
  readonly uses: Uint8Array;
  /** Of each column: its epoch, its number column or its text column. */
  readonly slots: Int32Array;
  /** From this column to the last there are displacements only, in order of time; past the last where there are none. */
  readonly firstOfRun: number;
  readonly numberCount: number;
  readonly textCount: number;
  /** Number columns with longitude and latitude, or easting and northing. */
  readonly xSlot: number;
  readonly ySlot: number;
  readonly toDegrees: ToDegrees | undefined;
  /** False where no column names the points: their numbers in the file do, from 0. */
  readonly hasPid: boolean;
  readonly attributes: readonly AttributeSource[];
  /** Displacements in the file times this are millimetres. */
  readonly mmPerUnit: number;
  readonly product: EgmsProduct | undefined;
  /** What is worth saying before the first row. */
  readonly warnings: readonly string[];
}

/** Decides the use of every column. Throws `input` where there are no coordinates. */
export function planTable(
  header: TableHeader,
  sample: TableSample,
  options: ReadOptions,
  file: string,
): TableLayout {
  requireFittingRows(header, sample, file);
  const names = canonicalNames(header.names);
  const product = recogniseEgms(file, new Set(names));
  const isLevel3 = product?.level === 'L3';
  const coordinates = chooseCoordinates(header, sample, options, isLevel3, file);
  const pid = chooseColumn('pid', header, options, file);

  const uses = new Uint8Array(header.names.length);
  const slots = new Int32Array(header.names.length);
  const attributes: AttributeSource[] = [];
  let numberCount = 0;
  let textCount = 0;
  for (let column = 0; column < uses.length; column++) {
    const isCoordinate = column === coordinates.x || column === coordinates.y;
    if (column === pid) {
      uses[column] = COLUMN_USE.pid;
    } else if (header.epochOfColumn[column] >= 0) {
      uses[column] = COLUMN_USE.displacement;
      slots[column] = header.epochOfColumn[column];
    } else if (isCoordinate || isNumericColumn(sample, column)) {
      uses[column] = COLUMN_USE.number;
      slots[column] = numberCount++;
    } else {
      uses[column] = COLUMN_USE.text;
      slots[column] = textCount++;
    }
    const isAttribute = uses[column] === COLUMN_USE.number || uses[column] === COLUMN_USE.text;
    // Degrees go into the batch's own columns; metres would be lost there.
    if (!isAttribute || (isCoordinate && coordinates.toDegrees === undefined)) continue;
    const kind = uses[column] === COLUMN_USE.number ? 'number' : 'text';
    attributes.push({ name: names[column], kind, slot: slots[column] });
  }

  const warnings = [
    ...(options.notes ?? []),
    header.isOutOfOrder
      ? 'The columns of dates do not stand in order of time; they were put in order.'
      : undefined,
    pid === undefined ? 'No column names the points; their row numbers (from 0) stand for it.' : undefined,
    coordinates.warning,
    doubtUnits(header, sample, options),
  ];
  return {
    file,
    columnNames: header.names,
    delimiter: header.delimiter,
    decimalMark: sample.decimalMark,
    axis: header.axis,
    uses,
    slots,
    firstOfRun: findRun(header.epochOfColumn),
    numberCount,
    textCount,
    xSlot: slots[coordinates.x],
    ySlot: slots[coordinates.y],
    toDegrees: coordinates.toDegrees,
    hasPid: pid !== undefined,
    attributes,
    mmPerUnit: MM_PER_UNIT[options.units ?? 'mm'],
    product,
    warnings: warnings.filter((warning) => warning !== undefined),
  };
}

function findRun(epochOfColumn: Int32Array): number {
  let first = epochOfColumn.length;
  while (first > 0 && epochOfColumn[first - 1] >= 0) {
    if (first < epochOfColumn.length && epochOfColumn[first - 1] !== epochOfColumn[first] - 1) break;
    first--;
  }
  return first;
}

/** A table none of whose first rows fits its header is damaged as a whole. */
function requireFittingRows(header: TableHeader, sample: TableSample, file: string): void {
  if (sample.rows.length > 0) return;
  if (sample.firstRowCells === undefined) {
    throw new GroundTrendError('input', 'There is a header and no row after it.', {
      place: { file, line: 2 },
      advice: 'Was the download or the copy cut short?',
    });
  }
  throw new GroundTrendError(
    'input',
    `The header has ${header.names.length} columns, the rows have ${sample.firstRowCells || 'an unclosed quote'}.`,
    { place: { file, line: 2 } },
  );
}

/** Below, steps from date to date are smaller than radar can measure; no published series is this quiet. */
const SMALLEST_LIKELY_STEP_MM = 0.1;

/**
 * Above, no interferogram could have been unwrapped: a quarter of the wavelength (14 mm for Sentinel-1) is the most
 * that neighbouring dates may differ by, and this is the median.
 */
const LARGEST_LIKELY_STEP_MM = 12;

function doubtUnits(header: TableHeader, sample: TableSample, options: ReadOptions): string | undefined {
  const unit = options.units ?? 'mm';
  const step = medianStep(sample, header);
  if (step === undefined || step === 0) return undefined;
  const stepMm = step * MM_PER_UNIT[unit];
  if (stepMm >= SMALLEST_LIKELY_STEP_MM && stepMm <= LARGEST_LIKELY_STEP_MM) return undefined;
  const size = stepMm < SMALLEST_LIKELY_STEP_MM ? 'little' : 'much';
  return (
    `The displacements were read as ${unit}, but then they typically change by ${Number(stepMm.toPrecision(2))} mm ` +
    `from date to date, which is very ${size}: is the unit another (--units)?`
  );
}
