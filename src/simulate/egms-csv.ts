import { type EpochAxis, formatCompactDay, formatDay } from '../series/epoch-axis.js';
import { numericAttribute, type SeriesBatch } from '../series/series-batch.js';
import { EGMS_COLUMNS } from './egms-attributes.js';
import { SAMPLE_LABELS } from './material-label.js';
import type { SampleTruth } from './truth-table.js';

const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NEWLINE = 10;
/** Enough for one row's longest number, `-123456789.12,`. */
const BYTES_PER_NUMBER = 16;

/** The first line of an EGMS Level 2 file on an axis, with its end of line. */
function egmsCsvHeader(axis: EpochAxis): string {
  const [type, ...others] = EGMS_COLUMNS.map(([name]) => name);
  const days = Array.from(axis.days, (day) => formatCompactDay(day));
  return `${['pid', type, 'latitude', 'longitude', ...others, ...days].join(',')}\n`;
}

/**
 * The rows of a batch as EGMS writes them: displacements with one decimal, missing ones empty. The batch must carry
 * the columns of `EGMS_COLUMNS`; those it lacks are left empty.
 */
function encodeEgmsRows(batch: SeriesBatch): Uint8Array {
  const dates = batch.axis.days.length;
  const columns = EGMS_COLUMNS.map(([name, decimals]) => ({
    values: numericAttribute(batch, name),
    decimals,
  }));
  const rowBytes = 40 + BYTES_PER_NUMBER * (columns.length + 2 + dates);
  const bytes = new Uint8Array(batch.count * rowBytes);
  let end = 0;
  for (let row = 0; row < batch.count; row++) {
    const pid = batch.pids[row];
    for (let i = 0; i < pid.length; i++) bytes[end++] = pid.charCodeAt(i);
    for (let column = 0; column < columns.length; column++) {
      const { values, decimals } = columns[column];
      bytes[end++] = COMMA;
      end = writeNumber(bytes, end, values === undefined ? Number.NaN : values[row], decimals);
      if (column > 0) continue;
      bytes[end++] = COMMA;
      end = writeNumber(bytes, end, batch.latitude[row], 6);
      bytes[end++] = COMMA;
      end = writeNumber(bytes, end, batch.longitude[row], 6);
    }
    for (let i = row * dates; i < (row + 1) * dates; i++) {
      bytes[end++] = COMMA;
      end = writeTenths(bytes, end, batch.displacements[i]);
    }
    bytes[end++] = NEWLINE;
  }
  return bytes.subarray(0, end);
}

/** A whole EGMS-style file in pieces: the header, then the rows of every batch. */
export async function* encodeEgmsCsv(
  axis: EpochAxis,
  batches: AsyncIterable<SeriesBatch> | Iterable<SeriesBatch>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield new TextEncoder().encode(egmsCsvHeader(axis));
  for await (const batch of batches) yield encodeEgmsRows(batch);
}

export interface TruthRows {
  readonly pids: readonly string[];
  /** Codes of `SAMPLE_LABELS`. */
  readonly labels: Uint8Array;
  readonly truth: SampleTruth;
  /** Where each point lies, if the scene has places. */
  readonly areas?: readonly string[];
}

/**
 * What is known of simulated series, as CSV: one line a point. `jump_dates` and `jump_cycles` hold several values with
 * blanks between.
 */
export function* encodeTruthCsv(rows: TruthRows): Generator<string, void, undefined> {
  const { truth } = rows;
  yield 'pid,label,label_code,trend,velocity_mm_yr,acceleration_mm_yr2,break_date,velocity_change_mm_yr,sigma_mm,' +
    'jump_dates,jump_cycles,area\n';
  let jump = 0;
  for (let index = 0; index < rows.labels.length; index++) {
    const jumpDates: string[] = [];
    const jumpCycles: string[] = [];
    for (; jump < truth.jumpSeries.length && truth.jumpSeries[jump] === index; jump++) {
      jumpDates.push(formatDay(truth.jumpDay[jump]));
      jumpCycles.push(formatNumber(truth.jumpCycles[jump]));
    }
    const breakDay = truth.breakDay[index];
    yield `${[
      rows.pids[index],
      SAMPLE_LABELS[rows.labels[index]],
      rows.labels[index],
      SAMPLE_LABELS[truth.trends[index]],
      formatNumber(truth.velocityMmPerYear[index]),
      formatNumber(truth.accelerationMmPerYear2[index]),
      Number.isNaN(breakDay) ? '' : formatDay(breakDay),
      formatNumber(truth.velocityChangeMmPerYear[index]),
      formatNumber(truth.sigmaMm[index]),
      jumpDates.join(' '),
      jumpCycles.join(' '),
      rows.areas?.[index] ?? '',
    ].join(',')}\n`;
  }
}

function formatNumber(value: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(2);
}

/** `writeNumber` with one decimal, quick for what displacements are. */
function writeTenths(bytes: Uint8Array, start: number, value: number): number {
  const tenths = Math.round(Math.abs(value) * 10);
  if (!(tenths < 10_000)) return writeNumber(bytes, start, value, 1);
  let end = start;
  if (value < 0 && tenths > 0) bytes[end++] = MINUS;
  const whole = (tenths / 10) | 0;
  const hundreds = (whole / 100) | 0;
  const tens = ((whole / 10) | 0) - 10 * hundreds;
  if (hundreds > 0) bytes[end++] = ZERO + hundreds;
  if (whole >= 10) bytes[end++] = ZERO + tens;
  bytes[end++] = ZERO + whole - 100 * hundreds - 10 * tens;
  bytes[end++] = POINT;
  bytes[end++] = ZERO + tenths - 10 * whole;
  return end;
}

/** Writes a number with fixed decimals, nothing for `NaN`; returns where the text ends. */
function writeNumber(bytes: Uint8Array, start: number, value: number, decimals: number): number {
  if (Number.isNaN(value)) return start;
  let end = start;
  let scaled = Math.round(Math.abs(value) * 10 ** decimals);
  if (value < 0 && scaled > 0) bytes[end++] = MINUS;
  let digits = decimals + 1;
  for (let limit = 10 ** digits; scaled >= limit; limit *= 10) digits++;
  const length = digits + (decimals > 0 ? 1 : 0);
  for (let place = length - 1; place >= 0; place--) {
    if (decimals > 0 && place === length - 1 - decimals) {
      bytes[end + place] = POINT;
      continue;
    }
    const rest = Math.floor(scaled / 10);
    bytes[end + place] = ZERO + scaled - 10 * rest;
    scaled = rest;
  }
  return end + length;
}
