import { createEpochAxis } from '../../src/series/epoch-axis.js';
import {
  MISSING_INT32,
  type ResultBatch,
  type ResultField,
  type ResultSchema,
} from '../../src/series/result-table.js';

/** A row as every reader must give it back: numbers, texts, truth values, ISO dates, `null` where missing. */
export type Row = Record<string, string | number | boolean | null>;

const FIELDS: readonly ResultField[] = [
  { name: 'pid', type: 'text', description: 'Name of the point in the source' },
  { name: 'class', type: 'text' },
  { name: 'class_code', type: 'int32' },
  { name: 'confidence', type: 'float32', description: 'Probability of the class' },
  { name: 'mean velocity, "mm/a"', type: 'float64' },
  { name: 'break_date', type: 'date' },
  { name: 'is_reliable', type: 'boolean' },
  { name: 'always_missing', type: 'float32' },
];

const AXIS = createEpochAxis([18264, 18270, 18276]);
const AXIS_NAMES = ['D20200103', 'D20200109', 'D20200115'];

export const FIELD_NAMES: readonly string[] = FIELDS.map(({ name }) => name);

export const AWKWARD_PIDS = [
  'plain',
  'a,b;c',
  'say "hello"',
  'two\nlines\r\nand a third',
  '</script><script>alert(1)</script>',
  '=1+1',
  '-@cmd',
  ' blanks at the ends ',
  'Südtirol Žižkov Θήρα 東京 🛰️',
  "it's; DROP TABLE points;--",
  'tab\tand\\backslash',
];
const CLASSES = ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE', ''];

const SAMPLE_METADATA = { model: 'sha256:0123', axis: '3 dates, "2020"', created: '2024-05-06' };

export function sampleSchema(hasSeries = true): ResultSchema {
  return {
    layer: 'points',
    fields: FIELDS,
    metadata: SAMPLE_METADATA,
    ...(hasSeries && { series: AXIS }),
  };
}

/** Rows `start` to `start + count` of an endless table with something awkward in every column. */
export function sampleBatch(start: number, count: number, hasSeries = true): ResultBatch {
  const rows = Array.from({ length: count }, (_, index) => start + index);
  const isHole = (row: number, every: number) => row % every === every - 1;
  return {
    count,
    longitude: Float64Array.from(rows, (row) => (row === 5 ? Number.NaN : roundDegrees(-3.6 + row / 7e5))),
    latitude: Float64Array.from(rows, (row) => roundDegrees(37.1 + Math.sin(row) / 9)),
    columns: [
      rows.map((row) => AWKWARD_PIDS[row] ?? `point-${row}`),
      rows.map((row) => CLASSES[row % CLASSES.length]),
      Int32Array.from(rows, (row) => (isHole(row, 6) ? MISSING_INT32 : row % 6)),
      Float32Array.from(rows, (row) => (isHole(row, 4) ? Number.NaN : 1 / (row + 1))),
      Float64Array.from(rows, (row) => (isHole(row, 5) ? Number.NaN : [-12.3, 1e-9, 0, 4321.0625][row % 4])),
      Int32Array.from(rows, (row) => (isHole(row, 3) ? MISSING_INT32 : (row % 900) * 31 - 4000)),
      Int32Array.from(rows, (row) => (isHole(row, 7) ? MISSING_INT32 : row % 2)),
      new Float32Array(count).fill(Number.NaN),
    ],
    ...(hasSeries && {
      displacements: Float32Array.from({ length: count * 3 }, (_, index) => {
        const value = (start * 3 + index) % 1001;
        return isHole(value, 11) ? Number.NaN : (value - 500) / 10;
      }),
    }),
  };
}

/** Ten decimals, since GDAL prints no more than fifteen digits. */
function roundDegrees(degrees: number): number {
  return Math.round(degrees * 1e10) / 1e10;
}

/** What a reader must find of a batch, keyed by column; numbers as they were held. */
export function expectedRows(batch: ResultBatch): Row[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const hasPosition = Number.isFinite(batch.longitude[row]);
    const result: Row = {
      longitude: hasPosition ? batch.longitude[row] : null,
      latitude: hasPosition ? batch.latitude[row] : null,
    };
    FIELDS.forEach((field, column) => {
      result[field.name] = expectedValue(field, batch.columns[column][row]);
    });
    AXIS_NAMES.forEach((name, epoch) => {
      if (batch.displacements) result[name] = nullForNaN(batch.displacements[row * 3 + epoch]);
    });
    return result;
  });
}

function expectedValue(field: ResultField, value: string | number): Row[string] {
  if (value === '' || value === MISSING_INT32) return null;
  if (field.type === 'boolean') return value === 1;
  if (field.type === 'date') return new Date((value as number) * 86_400_000).toISOString().slice(0, 10);
  return typeof value === 'number' ? nullForNaN(value) : value;
}

function nullForNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Rounds what was single precision back to it, for formats that write it as decimals. */
export function roundSingles(rows: readonly Row[]): Row[] {
  const singles = [
    ...FIELDS.filter((field) => field.type === 'float32').map(({ name }) => name),
    ...AXIS_NAMES,
  ];
  return rows.map((row) => {
    const rounded = { ...row };
    for (const name of singles) {
      const value = rounded[name];
      if (typeof value === 'number') rounded[name] = Math.fround(value);
    }
    return rounded;
  });
}

/** Gives texts their column's type, for formats that hold nothing but text. */
export function typeTexts(row: Record<string, string>): Row {
  const numeric = new Set(['longitude', 'latitude', ...AXIS_NAMES]);
  for (const field of FIELDS) {
    if (['float32', 'float64', 'int32'].includes(field.type)) numeric.add(field.name);
  }
  return Object.fromEntries(
    Object.entries(row).map(([name, text]) => {
      if (text === '') return [name, null];
      if (name === 'is_reliable') return [name, text === 'true'];
      return [name, numeric.has(name) ? Number(text) : text];
    }),
  );
}
