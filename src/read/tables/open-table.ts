import { throwIfCancelled } from '../../errors.js';
import type { BatchOptions, ReadReport } from '../../series/dataset.js';
import type { AttributeColumn, SeriesBatch } from '../../series/series-batch.js';
import { MOST_MM } from '../displacement-limit.js';
import { createPidRegister, type PidRegister } from '../pid-register.js';
import { hashPlace, PidHash } from '../point-hash.js';
import type { ReadOptions } from '../read-options.js';
import { createRowProblems, type RowProblems, SKIP_REASON, type SkipReason } from '../row-problems.js';
import type { SourceDataset } from '../source-dataset.js';
import { planTable, type TablePlan } from './table-plan.js';
import type { RowBlock, TableSource } from './table-source.js';

const POINTS_PER_BATCH = 8192;
/** A file that is odd in more ways is odd as a whole. */
const MOST_NOTES = 20;

/**
 * A dataset from a table in typed columns: what `openDelimited` is for text. Rows without usable coordinates, without
 * any displacement or with a pid that came before are left out and counted, or stop the reading with `strict`.
 *
 * Throws `input` where the table holds no series or says not where its points are.
 */
export async function openTable(source: TableSource, options: ReadOptions = {}): Promise<SourceDataset> {
  const plan = await planTable(source, options);
  const pids = options.pids ?? createPidRegister();
  const dataset = pids.addDataset();
  const report: ReadReport = { rowsRead: 0, skipped: [], warnings: [...plan.warnings] };

  async function* batches({
    pointsPerBatch = POINTS_PER_BATCH,
    signal,
    onBytes,
  }: BatchOptions = {}): AsyncGenerator<SeriesBatch> {
    report.rowsRead = 0;
    report.skipped.length = 0;
    report.warnings.splice(0, Number.POSITIVE_INFINITY, ...plan.warnings);
    pids.startPass(dataset);
    const problems = createRowProblems(source.file, report, options.strict ?? false, 'row');
    const { uses, epochOfColumn, axis, mmPerUnit } = plan;
    const epochs = axis.days.length;
    let passedOver = 0;
    const notes = new Set<string>();
    for await (const block of source.rows({
      uses,
      epochOfColumn,
      epochs,
      rowsPerBlock: pointsPerBatch,
      mmPerUnit,
      signal,
      onBytes,
    })) {
      throwIfCancelled(signal);
      for (const { column, row } of block.spoiledCells ?? []) {
        problems.spoilCell(source.columns[column].name, row + 1);
      }
      passedOver += block.passedOver ?? 0;
      for (const note of block.notes ?? []) if (notes.size < MOST_NOTES) notes.add(note);
      const batch = finishBlock(source, plan, block, problems, pids, dataset);
      report.rowsRead += batch.count;
      if (batch.count > 0) yield batch;
    }
    problems.finish();
    report.warnings.push(...notes);
    if (passedOver > 0) {
      report.warnings.push(`${passedOver} pixels outside the mask or without data were passed over.`);
    }
  }

  return {
    name: source.file,
    format: source.format,
    product: plan.product,
    axis: plan.axis,
    fields: plan.attributes.map(({ name, kind }) => ({ name, kind })),
    totalBytes: source.totalBytes,
    report,
    batches,
  };
}

/** Places the points of a block and leaves out what is no use. */
function finishBlock(
  source: TableSource,
  plan: TablePlan,
  block: RowBlock,
  problems: RowProblems,
  pids: PidRegister,
  dataset: number,
): SeriesBatch {
  const epochs = plan.axis.days.length;
  const { longitude, latitude } = placeBlock(plan, block);
  const names =
    plan.pidColumn === undefined
      ? Array.from({ length: block.count }, (_, index) => String(block.firstRow + index))
      : (block.columns[plan.pidColumn] as string[]);
  const bad = new Map(block.badRows.map((row) => [row.index, row]));
  const direction = plan.product?.component === 'east' ? 1 : 0;
  const hash = new PidHash();
  const kept: number[] = [];

  for (let row = 0; row < block.count; row++) {
    const known = bad.get(row);
    let reason: SkipReason | undefined;
    if (known !== undefined) reason = SKIP_REASON[known.reason];
    else if (!(Math.abs(longitude[row]) <= 180 && Math.abs(latitude[row]) <= 90))
      reason = SKIP_REASON.noCoordinates;
    else if (!block.isComplete)
      reason = findFault(block.displacements.subarray(row * epochs, (row + 1) * epochs));
    if (reason === undefined && names[row] === '') reason = SKIP_REASON.noPid;
    if (reason === undefined) {
      hashName(hash, names[row]);
      const isNew = pids.claim(
        dataset,
        hash.high,
        hash.low,
        hashPlace(longitude[row], latitude[row], direction),
      );
      if (!isNew) reason = SKIP_REASON.duplicatePid;
    }
    if (reason === undefined) {
      kept.push(row);
      continue;
    }
    problems.skip(reason, {
      number: block.firstRow + row + 1,
      pid: names[row] === '' ? undefined : names[row],
      column: known?.column === undefined ? undefined : source.columns[known.column].name,
    });
  }

  const isWhole = kept.length === block.count;
  const takeNumbers = (values: Float64Array) =>
    isWhole ? values : Float64Array.from(kept, (row) => values[row]);
  const takeTexts = (values: readonly string[]) => (isWhole ? values : kept.map((row) => values[row]));
  return {
    axis: plan.axis,
    count: kept.length,
    pids: takeTexts(names),
    longitude: takeNumbers(longitude),
    latitude: takeNumbers(latitude),
    displacements: isWhole ? block.displacements : takeSeries(block.displacements, kept, epochs),
    attributes: plan.attributes.map(({ name, kind, column }): AttributeColumn => {
      const values = block.columns[column]!;
      return kind === 'number'
        ? { name, kind, values: takeNumbers(values as Float64Array) }
        : { name, kind, values: takeTexts(values as string[]) };
    }),
  };
}

const encoder = new TextEncoder();
const asciiBytes = new Uint8Array(64);

/** The hash of a name's bytes in UTF-8; nearly all names are short and ASCII, and make no garbage then. */
function hashName(hash: PidHash, name: string): void {
  const { length } = name;
  let isAscii = length <= asciiBytes.length;
  for (let i = 0; isAscii && i < length; i++) {
    const code = name.charCodeAt(i);
    asciiBytes[i] = code;
    isAscii = code < 128;
  }
  const bytes = isAscii ? asciiBytes : encoder.encode(name);
  hash.update(bytes, 0, isAscii ? length : bytes.length);
}

function placeBlock(plan: TablePlan, block: RowBlock): { longitude: Float64Array; latitude: Float64Array } {
  const x = plan.xColumn === undefined ? block.x! : (block.columns[plan.xColumn] as Float64Array);
  const y = plan.yColumn === undefined ? block.y! : (block.columns[plan.yColumn] as Float64Array);
  const longitude = new Float64Array(block.count);
  const latitude = new Float64Array(block.count);
  const { toDegrees } = plan;
  for (let row = 0; row < block.count; row++) {
    let east = x[row];
    let north = y[row];
    if (toDegrees !== undefined && Number.isFinite(east) && Number.isFinite(north)) {
      [east, north] = toDegrees(east, north);
    }
    // Some makers count longitudes from 0 to 360.
    longitude[row] = east > 180 && east <= 360 ? east - 360 : east;
    latitude[row] = north;
  }
  return { longitude, latitude };
}

/** Why a series is of no use: binary formats can hold infinity, and a double can be more than a float holds. */
function findFault(series: Float32Array): SkipReason | undefined {
  let isAllMissing = true;
  for (const value of series) {
    const size = Math.abs(value);
    if (size === Number.POSITIVE_INFINITY) return SKIP_REASON.notANumber;
    if (size > MOST_MM) return SKIP_REASON.tooLarge;
    if (!Number.isNaN(size)) isAllMissing = false;
  }
  return isAllMissing ? SKIP_REASON.allMissing : undefined;
}

function takeSeries(displacements: Float32Array, kept: readonly number[], epochs: number): Float32Array {
  const series = new Float32Array(kept.length * epochs);
  kept.forEach((row, index) => {
    series.set(displacements.subarray(row * epochs, (row + 1) * epochs), index * epochs);
  });
  return series;
}
