import type { NoiseModel } from '../kinematics/noise-model.js';
import { createBlockMemory } from '../read/delimited/block-memory.js';
import type { LineBlock } from '../read/delimited/line-blocks.js';
import { type DatasetText, type TextPass, textOf } from '../read/delimited/text-plan.js';
import type { Dataset } from '../series/dataset.js';
import type { ResultBatch } from '../series/result-table.js';
import type { SeriesBatch } from '../series/series-batch.js';
import type { BatchAnalysis } from './analysis.js';
import { type MapTable, mapRows } from './map-table.js';
import { unpackRows } from './packed-rows.js';
import { type FilterCounts, filterBatch, type PointFilter } from './point-filter.js';
import type { PoolFile, WorkerPool } from './worker-pool.node.js';
import type { BatchResult, BlockResult } from './worker-protocol.js';

/** Large enough for matrix products at full speed, small enough for a dozen to be on their way at once. */
export const POINTS_PER_BATCH = 4096;

/** One file on its way, with what its points share. */
export interface SurveyedFile {
  readonly dataset: Dataset;
  readonly noise: NoiseModel;
}

export interface MapStreamOptions {
  readonly table: MapTable;
  readonly classes: readonly string[];
  readonly filter: PointFilter;
  /** Counted up as points are left out. */
  readonly filtered: FilterCounts;
  /** Batches on their way at once: what bounds the memory of the whole. */
  readonly batchesUnderWay: number;
  /** Read on this thread even where workers could, and tell of every batch what its rows were made of. */
  readonly keepSource: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: {
    readonly fraction: number | undefined;
    readonly points: number;
  }) => void;
}

/** Rows of the map, and what they were made of where that was to be kept. */
export interface MappedBatch {
  readonly rows: ResultBatch;
  readonly source?: { readonly batch: SeriesBatch; readonly analysis: BatchAnalysis };
}

/** A batch that is being worked on. */
interface BatchUnderWay {
  /** Asks for what it comes to, when its turn has come. */
  finish(): Promise<MappedBatch | undefined>;
  /** Told once the rows are written. */
  release?(): void;
}

/**
 * The rows of a map in the order of its files, whatever the order in which workers finish. Text is read by the workers;
 * everything else is read here and handed to them. Only so many batches are under way at once, so that reading,
 * analysing and writing overlap in bounded memory.
 */
export async function* streamMap(
  files: readonly SurveyedFile[],
  pool: WorkerPool,
  options: MapStreamOptions,
): AsyncGenerator<MappedBatch> {
  const totalBytes = sumBytes(files);
  const underWay: BatchUnderWay[] = [];
  let bytesOfDoneFiles = 0;
  let bytes = 0;
  let points = 0;

  async function* takeOldest(): AsyncGenerator<MappedBatch> {
    const oldest = underWay.shift()!;
    const done = await oldest.finish();
    points += done?.rows.count ?? 0;
    const fraction = totalBytes ? (bytesOfDoneFiles + bytes) / totalBytes : undefined;
    options.onProgress?.({ fraction, points });
    if (done !== undefined) yield done;
    oldest.release?.();
  }

  for (const { dataset, noise } of files) {
    const reading = {
      pointsPerBatch: POINTS_PER_BATCH,
      signal: options.signal,
      onBytes: (consumed: number) => {
        bytes = consumed;
      },
    };
    const text = options.keepSource ? undefined : textOf(dataset);
    const pass = text?.startPass();
    const started =
      text && pass
        ? startBlocks({ axis: dataset.axis, noise, text: planOf(text) }, pass, pool, reading, options)
        : startBatches({ axis: dataset.axis, noise }, dataset, pool, reading, options);
    for await (const batch of started) {
      underWay.push(batch);
      while (underWay.length >= options.batchesUnderWay) yield* takeOldest();
    }
    // The report of a file is complete once its last block has been scanned.
    while (pass !== undefined && underWay.length > 0) yield* takeOldest();
    pass?.finish();
    bytesOfDoneFiles += dataset.totalBytes ?? 0;
    bytes = 0;
  }
  while (underWay.length > 0) yield* takeOldest();
}

type Reading = Parameters<Dataset['batches']>[0] & object;

async function* startBatches(
  file: PoolFile,
  dataset: Dataset,
  pool: WorkerPool,
  reading: Reading,
  { table, classes, filter, filtered, keepSource }: MapStreamOptions,
): AsyncGenerator<BatchUnderWay> {
  for await (const read of dataset.batches(reading)) {
    const batch = filterBatch(read, filter, filtered);
    if (batch.count === 0) continue;
    const { count, displacements, longitude, latitude } = batch;
    // Only repairs name points; names are dear to send between threads.
    const pids = keepSource ? batch.pids : [];
    const work = { kind: 'batch', count, displacements, pids, longitude, latitude } as const;
    const result = heardLater<BatchResult>(pool.analyzeBatch(file, work));
    yield {
      async finish() {
        const { analysis, displacements: returned } = await result;
        const rows = mapRows(table, classes, batch, analysis, returned);
        return { rows, source: { batch, analysis } };
      },
    };
  }
}

async function* startBlocks(
  file: PoolFile,
  pass: TextPass,
  pool: WorkerPool,
  reading: Reading,
  { filtered }: MapStreamOptions,
): AsyncGenerator<BatchUnderWay> {
  // What is handed from thread to thread counts as new garbage at every step; what is shared does not count at all.
  const memory = createBlockMemory((bytes) => new SharedArrayBuffer(bytes));
  const spareRooms: SharedArrayBuffer[] = [];
  const mapBlock = (block: LineBlock, refused: readonly number[]): Promise<BlockResult> => {
    return pool.mapBlock(file, { kind: 'block', block, refused, room: spareRooms.pop() });
  };
  for await (const block of pass.read(reading, memory)) {
    const scanned = heardLater(mapBlock(block, []));
    let room: SharedArrayBuffer | undefined;
    yield {
      async finish() {
        let result = await scanned;
        const refused = pass.refuse(result.findings.claims);
        // What a network says of a series can differ in the last bit with the rows that share its batch: so once more.
        if (refused.length > 0) {
          if (result.rows) spareRooms.push(result.rows.room);
          result = await mapBlock(block, refused);
        }
        pass.add(result.findings);
        filtered.belowCoherence += result.filtered.belowCoherence;
        filtered.outsideBox += result.filtered.outsideBox;
        memory.giveBack(block.bytes);
        room = result.rows?.room;
        return result.rows && { rows: unpackRows(result.rows) };
      },
      release() {
        if (room) spareRooms.push(room);
      },
    };
  }
}

function planOf({ plan }: DatasetText): PoolFile['text'] {
  return { plan, linesPerBlock: POINTS_PER_BATCH };
}

/** A failure is thrown when its turn comes; until then it must not count as unhandled. */
function heardLater<T>(result: Promise<T>): Promise<T> {
  result.catch(() => {});
  return result;
}

function sumBytes(files: readonly SurveyedFile[]): number | undefined {
  return files.reduce<number | undefined>(
    (sum, { dataset: { totalBytes: own } }) =>
      sum === undefined || own === undefined ? undefined : sum + own,
    0,
  );
}
