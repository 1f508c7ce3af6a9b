import { asyncBufferFromUrl } from 'hyparquet';
import KDBush from 'kdbush';
import {
  GroundTrendError,
  MISSING_INT32,
  openResultFile,
  type ResultField,
  type ResultFile,
} from '../../../src/index.js';
import { mercatorX, mercatorY } from '../map/mercator.js';
import { type CallContext, serveCalls } from '../worker-call.js';
import { encodeTexts, type JoinedTexts, joinTexts, type NumberColumn, surveyNumbers } from './column.js';

/** What is to be opened: an address that answers ranges, or bytes that the page has. */
export type ResultSource = { readonly name: string } & ({ readonly url: string } | { readonly file: Blob });

/** What is known of a result before any of its rows is read. */
export interface OpenedRows {
  readonly name: string;
  readonly points: number;
  readonly fields: readonly ResultField[];
  readonly days: Int32Array | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Everything that the map needs at once. */
export interface OpenedResult extends OpenedRows {
  /** Web Mercator, 0 to 1. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** A KDBush of x and y. */
  readonly index: ArrayBuffer;
}

let opened: ResultFile | undefined;

serveCalls({ open, openRows, column, row, series });

async function openRows(source: ResultSource): Promise<OpenedRows> {
  const buffer =
    'url' in source
      ? await asyncBufferFromUrl({ url: source.url })
      : {
          byteLength: source.file.size,
          slice: (start: number, end?: number) => source.file.slice(start, end).arrayBuffer(),
        };
  opened = await openResultFile(buffer, source.name);
  const { name, points, fields, axis, metadata } = opened;
  if (points > 0) return { name, points, fields, days: axis?.days, metadata };
  throw new GroundTrendError('input', 'This map holds no points.', { place: { file: source.name } });
}

async function open(source: ResultSource, { report, signal, transfer }: CallContext): Promise<OpenedResult> {
  const rows = await openRows(source);
  const file = opened!;
  const { longitude, latitude } = await file.readPositions({
    signal,
    onProgress: (fraction) => report(fraction * 0.8),
  });
  const x = longitude.map(mercatorX);
  const y = latitude.map(mercatorY);
  const index = new KDBush(file.points);
  for (let i = 0; i < file.points; i++) index.add(x[i], y[i]);
  index.finish();
  report(1);
  transfer(x.buffer, y.buffer, index.data);
  return { ...rows, x, y, index: index.data as ArrayBuffer };
}

async function column(
  name: string,
  { report, signal, transfer }: CallContext,
): Promise<NumberColumn | JoinedTexts> {
  const field = opened?.fields.find((candidate) => candidate.name === name);
  if (opened === undefined || field === undefined) throw new RangeError(`There is no column ${name}.`);
  const values = await opened.readColumn(name, { signal, onProgress: report });
  if (field.type === 'text') {
    const encoded = encodeTexts(name, field.description, values as string[]);
    transfer(encoded.codes.buffer);
    return joinTexts(encoded);
  }
  const numbers =
    values instanceof Int32Array ? Float64Array.from(values, fromInt32) : (values as Float64Array);
  const kind = field.type === 'date' || field.type === 'boolean' ? field.type : 'number';
  transfer(numbers.buffer);
  return surveyNumbers(name, kind, field.description, numbers);
}

function fromInt32(value: number): number {
  return value === MISSING_INT32 ? Number.NaN : value;
}

function row(index: number) {
  return opened!.readRow(index);
}

function series(index: number): Promise<Float32Array> {
  return opened!.readSeries(index);
}
