import { GroundTrendError } from '../../errors.js';
import type { EpochAxis } from '../../series/epoch-axis.js';
import type { AttributeField } from '../../series/series-batch.js';
import { canonicalNames } from '../columns/column-names.js';
import type { ColumnSample } from '../columns/column-sample.js';
import { chooseColumn, chooseCoordinates, NO_PID } from '../columns/coordinates.js';
import { OUT_OF_ORDER } from '../columns/epoch-columns.js';
import { doubtFillers } from '../columns/filler-doubt.js';
import { doubtUnits, medianStep } from '../columns/unit-doubt.js';
import { type EgmsProduct, recogniseEgms } from '../egms-product.js';
import { MM_PER_UNIT, type ReadOptions } from '../read-options.js';
import type { DecimalMark } from './cell-text.js';
import type { Delimiter, TableHeader } from './header.js';
import { isNumericColumn, sampleNumbers, sampleSeries, type TableSample } from './sample.js';

/** What the scanner does with the cells of a column. The first two are numbers. */
export const COLUMN_USE = { displacement: 0, number: 1, text: 2, pid: 3 } as const;

/** An attribute and where the scanner keeps it: in a column of numbers or of texts. */
export interface AttributeSource extends AttributeField {
  readonly slot: number;
}

/**
 * All that the row scanner needs to know of a table, and nothing of its bytes: the same for every stretch of rows of
 * the file. Data only, so that other threads can be told.
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
  /** Projection of those columns; `undefined` where they hold degrees. */
  readonly epsg: number | undefined;
  /** False where no column names the points: their numbers in the file do, from 0. */
  readonly hasPid: boolean;
  readonly attributes: readonly AttributeSource[];
  /** Displacements in the file times this are millimetres. */
  readonly mmPerUnit: number;
  readonly product: EgmsProduct | undefined;
  /** What is worth saying before the first row. */
  readonly warnings: readonly string[];
}

const NO_UTF8 =
  'The text is not in UTF-8: its letters beyond ASCII were read as "\ufffd". Where names or notes matter, save it as UTF-8.';

/** Decides the use of every column. Throws `input` where there are no coordinates, `usage` where a chosen column or projection does not exist. */
export function layOutTable(
  header: TableHeader,
  sample: TableSample,
  options: ReadOptions,
  file: string,
): TableLayout {
  requireFittingRows(header, sample, file);
  const names = canonicalNames(header.names);
  const product = recogniseEgms(file, new Set(names));
  const isLevel3 = product?.level === 'L3';
  const columns: ColumnSample = {
    names: header.names,
    epochOfColumn: header.epochOfColumn,
    numbersOf: (column) => sampleNumbers(sample, column),
  };
  const coordinates = chooseCoordinates(columns, options, isLevel3, { file, line: 1 });
  const pid = chooseColumn('pid', columns, options, { file, line: 1 });

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
    if (!isAttribute || (isCoordinate && coordinates.epsg === undefined)) continue;
    const kind = uses[column] === COLUMN_USE.number ? 'number' : 'text';
    attributes.push({ name: names[column], kind, slot: slots[column] });
  }

  const series = sampleSeries(sample, header);
  const warnings = [
    ...(options.notes ?? []),
    sample.isUtf8 ? undefined : NO_UTF8,
    header.isOutOfOrder ? OUT_OF_ORDER : undefined,
    pid === undefined ? NO_PID : undefined,
    coordinates.warning,
    doubtUnits(medianStep(series, header.axis.days.length), options.units ?? 'mm'),
    doubtFillers(series),
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
    epsg: coordinates.epsg,
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
