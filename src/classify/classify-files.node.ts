import { GroundTrendError, throwIfCancelled } from '../errors.js';
import { type OpenOptions, openDatasets } from '../read/open-datasets.node.js';
import type { Dataset, ReadReport, SkippedRows } from '../series/dataset.js';
import { type EpochAxis, formatDay, isSameAxis } from '../series/epoch-axis.js';
import type { ResultSchema, ResultWriter } from '../series/result-table.js';
import type { AttributeField, SeriesBatch } from '../series/series-batch.js';
import { cycleMm } from '../series/wavelength.js';
import { openWriter } from '../write/open-writer.node.js';
import { type ClassSummary, createClassTally } from './class-summary.js';
import type { Classifier } from './classifier.js';
import { loadClassifier, readModel } from './load-classifier.node.js';
import { type FilterCounts, filterBatch, type PointFilter } from './point-filter.js';
import {
  attributeColumns,
  attributeResultFields,
  classColumns,
  classFields,
  joinAttributes,
} from './result-columns.js';
import { type PoolResult, WorkerPool } from './worker-pool.node.js';

/** Large enough for matrix products at full speed, small enough for a dozen to be on their way at once. */
export const POINTS_PER_BATCH = 4096;

export interface ClassifyFilesOptions extends OpenOptions, ClassifyOptions {
  /** Paths of the outputs; their endings choose the formats. */
  readonly outputs: readonly string[];
  readonly overwrite?: boolean;
}

export interface ClassifyOptions extends PointFilter {
  /** Path of a model file, or `test-tree`. */
  readonly model: string;
  readonly threads: number;
  /** What counts as material motion, mm. */
  readonly materialMm: number;
  readonly wavelengthMm: number;
  /** Write the displacements beside the classes, a column a date. */
  readonly keepSeries?: boolean;
  /** The table to fill, where it has to be that of several runs; otherwise it follows from the datasets. */
  readonly table?: ResultTable;
  /** Write a table without rows where no point is left, in place of an error. */
  readonly allowEmpty?: boolean;
  readonly signal?: AbortSignal;
  /** Shown every classified batch, in the order of the output. */
  readonly onClassified?: (batch: SeriesBatch, codes: Int32Array) => void;
  readonly onProgress?: (progress: {
    readonly fraction: number | undefined;
    readonly points: number;
  }) => void;
}

/** What `classifyFiles` did, fit for printing or JSON. */
export interface ClassifySummary {
  readonly inputs: readonly { readonly name: string; readonly format: string; readonly dates: number }[];
  readonly model: { readonly name: string; readonly fingerprint: string };
  readonly points: number;
  readonly classes: readonly ClassSummary[];
  readonly skipped: readonly SkippedRows[];
  readonly filtered: FilterCounts;
  readonly warnings: readonly string[];
  readonly outputs: readonly string[];
  readonly seconds: number;
}

/**
 * The main job: reads every input, classifies every point and writes every output, batch after batch, in the inputs'
 * order whatever the number of threads. An output gets its name only once all are complete.
 */
export async function classifyFiles(
  inputs: readonly string[],
  options: ClassifyFilesOptions,
): Promise<ClassifySummary> {
  const datasets = await openDatasets(inputs, options);
  const { outputs, overwrite = false } = options;
  return classifyDatasets(datasets, options, (schema) => openWriters(outputs, schema, overwrite));
}

/** The main job on opened datasets, into writers of the caller's choice. */
export async function classifyDatasets(
  datasets: readonly Dataset[],
  options: ClassifyOptions,
  openOutputs: (schema: ResultSchema) => Promise<readonly ResultWriter[]>,
): Promise<ClassifySummary> {
  const start = performance.now();
  const features = { materialMm: options.materialMm, cycleMm: cycleMm(options.wavelengthMm) };
  const modelBytes = await readModel(options.model);
  const classifier = await loadClassifier(modelBytes, features);
  // Every axis is tried before the first row, so that a model that does not fit is said at once.
  for (const { axis } of datasets) await (await classifier.bind(axis)).dispose();

  const { schema, attributes } =
    options.table ?? planResultTable(datasets, classifier, options.keepSeries ?? false);
  const writers = await openOutputs(schema);
  const pool = new WorkerPool(options.threads, { model: modelBytes, features });
  const tally = createClassTally(classifier.classes);
  const filtered: FilterCounts = { belowCoherence: 0, outsideBox: 0 };
  try {
    for await (const { batch, result } of analyzeInOrder(datasets, pool, filtered, options)) {
      throwIfCancelled(options.signal);
      const { codes, confidence, columns } = classColumns(
        result.analysis.scores,
        classifier.classes,
        batch.count,
      );
      for (let i = 0; i < batch.count; i++) tally.add(codes[i], confidence[i]);
      options.onClassified?.(batch, codes);
      const rows = {
        count: batch.count,
        longitude: batch.longitude,
        latitude: batch.latitude,
        columns: [batch.pids, ...columns, ...attributeColumns(batch, attributes)],
        displacements: options.keepSeries ? result.displacements : undefined,
      };
      for (const writer of writers) await writer.write(rows);
    }
    if (tally.points === 0 && !options.allowEmpty) throw nothingLeft(datasets, filtered);
    for (const writer of writers) await writer.finish();
  } catch (error) {
    await Promise.allSettled(writers.map((writer) => writer.abort()));
    throw error;
  } finally {
    await pool.close();
  }

  return {
    inputs: datasets.map(({ name, format, axis }) => ({ name, format, dates: axis.days.length })),
    model: { name: classifier.name, fingerprint: classifier.fingerprint },
    points: tally.points,
    classes: tally.summarize(),
    skipped: joinSkipped(datasets),
    filtered,
    warnings: datasets.flatMap(({ report }) => report.warnings),
    outputs: writers.map(({ path }) => path),
    seconds: (performance.now() - start) / 1000,
  };
}

/** The table that a map is written as, and the sources' attributes among its columns. */
export interface ResultTable {
  readonly schema: ResultSchema;
  readonly attributes: readonly AttributeField[];
}

/** The table of all the datasets together. Throws `usage` where series are to be kept and the dates differ. */
export function planResultTable(
  datasets: readonly Dataset[],
  classifier: Classifier,
  keepSeries: boolean,
): ResultTable {
  const attributes = joinAttributes(datasets);
  const ownFields = classFields(classifier.classes);
  const ownNames = ['pid', 'longitude', 'latitude', ...ownFields.map((field) => field.name)];
  const schema: ResultSchema = {
    layer: 'groundtrend',
    fields: [
      { name: 'pid', type: 'text', description: 'identifier of the point, as the source has it' },
      ...ownFields,
      ...attributeResultFields(attributes, ownNames),
    ],
    series: keepSeries ? sharedAxis(datasets) : undefined,
    metadata: describeRun(datasets, classifier),
  };
  return { schema, attributes };
}

/** Opens every output, or none: where one cannot be, the others are removed again. */
export async function openWriters(
  paths: readonly string[],
  schema: ResultSchema,
  overwrite: boolean,
): Promise<ResultWriter[]> {
  const writers: ResultWriter[] = [];
  try {
    for (const path of paths) writers.push(await openWriter(path, schema, { overwrite }));
    return writers;
  } catch (error) {
    await Promise.allSettled(writers.map((writer) => writer.abort()));
    throw error;
  }
}

/** Keeps a few batches a thread on their way, so that reading, analysing and writing overlap in bounded memory. */
async function* analyzeInOrder(
  datasets: readonly Dataset[],
  pool: WorkerPool,
  filtered: FilterCounts,
  options: ClassifyOptions,
): AsyncGenerator<{ batch: SeriesBatch; result: PoolResult }> {
  const underWay: { batch: SeriesBatch; result: Promise<PoolResult> }[] = [];
  const limit = 2 * options.threads + 1;
  const totalBytes = datasets.reduce<number | undefined>(
    (sum, { totalBytes: bytes }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
    0,
  );
  let bytesOfDoneFiles = 0;
  let bytes = 0;
  let points = 0;

  async function takeOldest() {
    const { batch, result } = underWay.shift()!;
    const done = { batch, result: await result };
    points += batch.count;
    options.onProgress?.({
      fraction: totalBytes ? (bytesOfDoneFiles + bytes) / totalBytes : undefined,
      points,
    });
    return done;
  }

  for (const dataset of datasets) {
    const batches = dataset.batches({
      pointsPerBatch: POINTS_PER_BATCH,
      signal: options.signal,
      onBytes: (consumed) => {
        bytes = consumed;
      },
    });
    for await (const read of batches) {
      const batch = filterBatch(read, options, filtered);
      if (batch.count === 0) continue;
      const { axis, count, displacements } = batch;
      const result = pool.run({ axis, count, displacements });
      // A failure is thrown when its turn comes; until then it must not count as unhandled.
      result.catch(() => {});
      underWay.push({ batch, result });
      while (underWay.length >= limit) yield await takeOldest();
    }
    bytesOfDoneFiles += dataset.totalBytes ?? 0;
    bytes = 0;
  }
  while (underWay.length > 0) yield await takeOldest();
}

function sharedAxis(datasets: readonly Dataset[]): EpochAxis {
  const [first, ...others] = datasets;
  const odd = others.find(({ axis }) => !isSameAxis(axis, first.axis));
  if (odd === undefined) return first.axis;
  throw new GroundTrendError(
    'usage',
    `--keep-series needs inputs on the same dates; ${first.name} and ${odd.name} differ.`,
    { advice: 'Classify them one at a time, each into an output of its own.' },
  );
}

function describeRun(datasets: readonly Dataset[], classifier: Classifier): Record<string, string> {
  return {
    'groundtrend:model': classifier.name,
    'groundtrend:model_sha256': classifier.fingerprint,
    'groundtrend:classes': classifier.classes.join(','),
    'groundtrend:inputs': JSON.stringify(
      datasets.map(({ name, format, axis }) => ({ name, format, dates: Array.from(axis.days, formatDay) })),
    ),
  };
}

function nothingLeft(datasets: readonly Dataset[], filtered: FilterCounts): GroundTrendError {
  const reasons = joinSkipped(datasets).map(({ reason, count }) => `${count} rows: ${reason}`);
  if (filtered.belowCoherence > 0) reasons.push(`${filtered.belowCoherence} points below --min-coherence`);
  if (filtered.outsideBox > 0) reasons.push(`${filtered.outsideBox} points outside --bbox`);
  return new GroundTrendError('input', 'No point is left to classify.', {
    place: { file: datasets.map(({ name }) => name).join(', ') },
    advice: reasons.length > 0 ? `Left out: ${reasons.join('; ')}.` : undefined,
  });
}

/** The rows skipped in all datasets, one entry a reason. */
export function joinSkipped(
  datasets: readonly { readonly report: Pick<ReadReport, 'skipped'> }[],
): SkippedRows[] {
  const byReason = new Map<string, SkippedRows>();
  for (const { report } of datasets) {
    for (const { reason, count, examples } of report.skipped) {
      const joined = byReason.get(reason) ?? { reason, count: 0, examples: [] };
      joined.count += count;
      joined.examples.push(...examples.slice(0, 3 - joined.examples.length));
      byReason.set(reason, joined);
    }
  }
  return [...byReason.values()];
}
