import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { takeOffSeries } from '../areas/reference/reference-series.js';
import { type ClassifyOptions, classifyDatasets } from '../classify/classify-files.node.js';
import { readModel } from '../classify/load-classifier.node.js';
import { type FilterCounts, findPassing } from '../classify/point-filter.js';
import { GroundTrendError } from '../errors.js';
import { CLAIM_WORDS, type ClaimRecorder, createClaimRecorder } from '../read/claim-recorder.js';
import { openDatasets } from '../read/open-datasets.node.js';
import type { SourceDataset } from '../read/source-dataset.js';
import type { BatchOptions, Dataset } from '../series/dataset.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { takePoints } from '../series/take-points.js';
import { writeWhole } from '../write/write-whole.node.js';
import type { BatchClaims } from './claims.js';
import { requireSameInput } from './input-survey.js';
import { type Job, requireShard, resultTableOf, type ShardSlice } from './manifest.js';
import { isPartWhole, type PartRecord, partPath, readRecord, recordPath } from './part-record.js';
import { openPartWriter, type PartWriter } from './part-writer.js';

export interface RunShardOptions
  extends Pick<ClassifyOptions, 'threads' | 'memoryMb' | 'signal' | 'onProgress'> {}

export interface ShardRun {
  /** True where the part was there already, and whole. */
  readonly isSkipped: boolean;
  readonly record: PartRecord;
}

/**
 * Makes the part of one shard, or finds it made. It may run any number of times, also at the same time on two nodes:
 * every attempt writes the same bytes under a name of its own and gives them theirs at the end.
 *
 * Throws as `classifyFiles` does, and `input` where an input is not the one that was planned for.
 */
export async function runShard(job: Job, index: number, options: RunShardOptions): Promise<ShardRun> {
  requireShard(job, index);
  const found = await readRecord(job, index);
  if (found !== undefined && (await isPartWhole(job, found))) return { isSkipped: true, record: found };
  return { isSkipped: false, record: await makePart(job, index, new Set(), options) };
}

/**
 * Makes the part of a shard, whatever is there. `refused`: positions of the rows, among those that ask to be new, whose
 * point came before.
 */
export async function makePart(
  job: Job,
  index: number,
  refused: ReadonlySet<number>,
  options: RunShardOptions,
): Promise<PartRecord> {
  const shard = requireShard(job, index);
  const start = performance.now();
  const { manifest } = job;
  const recorder = createClaimRecorder();
  recorder.refuse(refused);
  const filtered: FilterCounts = { belowCoherence: 0, outsideBox: 0 };
  const prepare = (dataset: Dataset, slice: ShardSlice) =>
    manifest.datasets[slice.dataset].references.reduce(
      (prepared, series) => takeOffSeries(prepared, Float32Array.from(series)),
      dataset,
    );
  const opened = await openSlices(job, shard.slices, recorder);
  let writer: PartWriter | undefined;
  const datasets = opened.map((dataset, position) =>
    keepClaims(prepare(dataset, shard.slices[position]), recorder, (batch, words) => {
      const { dataset: number } = shard.slices[position];
      const passing = findPassing(batch, manifest.options, filtered);
      writer!.addClaims(number, claimsOf(words, batch.count, passing));
      return passing === undefined ? batch : takePoints(batch, passing);
    }),
  );

  const { materialMm, wavelengthMm, keepSeries, describe, repair, sieve, prior } = manifest.options;
  const summary = await classifyDatasets(
    datasets,
    {
      ...options,
      materialMm,
      wavelengthMm,
      keepSeries,
      describe,
      repair,
      sieve,
      prior: typeof prior === 'string' ? prior : Float64Array.from(prior),
      isPriorEstimated: manifest.options.isPriorEstimated,
      noise: shard.slices.map(({ dataset }) => manifest.datasets[dataset].noise),
      model: await requireModel(job),
      table: resultTableOf(manifest),
      allowEmpty: true,
    },
    async () => {
      writer = await openPartWriter(partPath(job.folder, index));
      const part = writer;
      return {
        writers: [part],
        repairs: { add: async (record) => part.addRepairs(record), finish: async () => undefined },
      };
    },
  );
  const record: PartRecord = {
    formatVersion: 1,
    manifest: job.hash,
    shard: index,
    bytes: writer!.bytes,
    sha256: writer!.sha256,
    rows: writer!.rows,
    rowsRead: opened.reduce((sum, { report }) => sum + report.rowsRead, 0),
    skipped: summary.skipped.map((entry) => ({ ...entry, examples: entry.examples.slice() })),
    filtered,
    warnings: [...summary.warnings],
    seconds: (performance.now() - start) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    host: hostname(),
  };
  await writeWhole(recordPath(job.folder, index), `${JSON.stringify(record)}\n`, { overwrite: true });
  return record;
}

/** Opens the stretches of a shard, each file once, and looks whether they are what was planned for. */
async function openSlices(
  { folder, manifest }: Job,
  slices: readonly ShardSlice[],
  recorder: ClaimRecorder,
): Promise<SourceDataset[]> {
  const { units, epsg, strict } = manifest.options;
  const byInput = new Map<number, SourceDataset[]>();
  const opened: SourceDataset[] = [];
  for (const slice of slices) {
    const { input, position, days } = manifest.datasets[slice.dataset];
    let datasets = byInput.get(input);
    if (datasets === undefined) {
      const path = resolve(folder, manifest.inputs[input].path);
      datasets = await openDatasets([path], { units, epsg, strict, pids: recorder });
      await requireSameInput(path, manifest.inputs[input]);
      byInput.set(input, datasets);
    }
    const dataset = datasets[position];
    if (dataset === undefined || !days.every((day, epoch) => day === dataset.axis.days[epoch])) {
      throw new GroundTrendError('input', 'This file does not hold what the job was planned for.', {
        place: { file: manifest.inputs[input].path },
        advice: 'Plan the job again.',
      });
    }
    opened.push(slice.rows === undefined ? dataset : dataset.rows!.select(slice.rows));
  }
  return opened;
}

/** The dataset with every batch shown, with its claims, to `pass`, which may drop rows of it. */
function keepClaims(
  dataset: Dataset,
  recorder: ClaimRecorder,
  pass: (batch: SeriesBatch, words: Uint32Array) => SeriesBatch,
): Dataset {
  async function* batches(options?: BatchOptions): AsyncGenerator<SeriesBatch> {
    for await (const batch of dataset.batches(options)) yield pass(batch, recorder.take());
  }
  return { ...dataset, batches };
}

function claimsOf(words: Uint32Array, count: number, passing: readonly number[] | undefined): BatchClaims {
  if (words.length !== count * CLAIM_WORDS) {
    throw new Error(`A batch of ${count} rows came with ${words.length / CLAIM_WORDS} claims.`);
  }
  const kept = new Uint8Array(count);
  if (passing === undefined) kept.fill(1);
  else for (const row of passing) kept[row] = 1;
  return { words, kept };
}

/** Path of the job's model, or the name of a built-in one. Throws `model` where the file is not the one planned for. */
async function requireModel({ folder, manifest }: Job): Promise<string> {
  const { file, name, fingerprint } = manifest.model;
  if (file === undefined) return name;
  const path = join(folder, file);
  const bytes = (await readModel(path)).slice();
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
  if (hash === fingerprint) return path;
  throw new GroundTrendError('model', 'This is not the model that the job was planned with.', {
    place: { file: path },
    advice: 'Plan the job again.',
  });
}
