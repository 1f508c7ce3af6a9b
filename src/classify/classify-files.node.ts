import { GroundTrendError, throwIfCancelled } from '../errors.js';
import { explainNoiseModel, type NoiseModel, WHITE_NOISE } from '../kinematics/noise-model.js';
import { type OpenOptions, openDatasets } from '../read/open-datasets.node.js';
import type { Dataset, SkippedRows } from '../series/dataset.js';
import type { ResultSchema, ResultWriter } from '../series/result-table.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { cycleMm } from '../series/wavelength.js';
import type { GroupEncoder } from '../write/geoparquet/encoded-group.js';
import { abortWriters, finishWriters, openWriters } from '../write/output-set.node.js';
import type { AnalysisSettings } from './analysis.js';
import { PAPER_MAP_SHARES } from './class-prior.js';
import { type ClassSummary, createRowTally } from './class-summary.js';
import { estimateFileShares } from './estimate-shares.node.js';
import { type FileSurvey, surveyFile } from './file-survey.js';
import { loadClassifier, readModel } from './load-classifier.node.js';
import { type MapStreamOptions, streamMap } from './map-stream.node.js';
import { type MapContent, type MapTable, planMapTable } from './map-table.js';
import { planMemory } from './memory-plan.js';
import type { FilterCounts, PointFilter } from './point-filter.js';
import {
  openRepairOutputs,
  type RepairOutputs,
  type RepairSink,
  type RepairSummary,
  recordRepairs,
} from './repair-outputs.node.js';
import { chooseThreads } from './thread-count.node.js';
import { WorkerPool } from './worker-pool.node.js';

/** Class shares that a map is taken to have: even ones, the paper's, the file's own, or given ones. */
export type ClassPrior = 'balanced' | 'paper' | 'estimate' | Float64Array;

/** What `classifyFiles` reads, decides and writes. */
export interface ClassifyFilesOptions extends OpenOptions, ClassifyOptions {
  /** Paths of the outputs; their endings choose the formats. */
  readonly outputs: readonly string[];
  readonly overwrite?: boolean;
  /** May take something off every series before it is looked at: a local reference, say. */
  readonly prepare?: (dataset: Dataset) => Promise<Dataset>;
}

export interface ClassifyOptions extends PointFilter, MapContent {
  /** Path of a model file, or `test-tree`. */
  readonly model: string;
  /** Worker threads; where left out, one a core, fewer for small files. */
  readonly threads?: number;
  /** Bounds the batches under way and, where that is not enough, the threads (see `planMemory`). */
  readonly memoryMb?: number;
  /** Whether the sieve of a model decides what it is sure of (`ClassifierSettings`); it does where left out. */
  readonly sieve?: boolean;
  /** What counts as material motion, mm. */
  readonly materialMm: number;
  readonly wavelengthMm: number;
  readonly prior: ClassPrior;
  /** Given shares were estimated from these very files, in an earlier pass. */
  readonly isPriorEstimated?: boolean;
  /** Noise of every dataset, where it is known already; else each is surveyed first. */
  readonly noise?: readonly NoiseModel[];
  /** The table to fill, where it has to be that of several runs; otherwise it follows from the datasets. */
  readonly table?: MapTable;
  /** Write a table without rows where no point is left, in place of an error. */
  readonly allowEmpty?: boolean;
  readonly signal?: AbortSignal;
  /** Shown every classified batch, in the order of the output. */
  readonly onClassified?: (batch: SeriesBatch, codes: Int32Array) => void;
  /** Told now and then how much is done: a share from 0 to 1 where it is known, and points. */
  readonly onProgress?: (progress: {
    readonly fraction: number | undefined;
    readonly points: number;
  }) => void;
}

/** What `classifyFiles` did, fit for printing or JSON. */
export interface ClassifySummary {
  readonly inputs: readonly {
    readonly name: string;
    readonly format: string;
    readonly dates: number;
    /** What was found of the noise, in words; empty where nothing needed it. */
    readonly noise: string;
  }[];
  readonly model: { readonly name: string; readonly fingerprint: string };
  readonly points: number;
  readonly classes: readonly ClassSummary[];
  /** Class shares that the map was taken to have, where not even. */
  readonly shares: readonly number[] | undefined;
  readonly repair: RepairSummary | undefined;
  readonly skipped: readonly SkippedRows[];
  readonly filtered: FilterCounts;
  readonly warnings: readonly string[];
  readonly outputs: readonly string[];
  readonly seconds: number;
}

/**
 * The main job: reads every input, classifies and describes every point and writes every output, batch after batch, in
 * the inputs' order whatever the number of threads. An output gets its name only once all are complete.
 *
 * Throws `input` for what cannot be read, `output` for what cannot be written, `model` for a model that does not fit and
 * `cancelled` after the signal; nothing is left behind then.
 *
 * ```ts
 * import { classifyFiles } from 'groundtrend/node';
 *
 * const summary = await classifyFiles(['points.csv'], {
 *   outputs: ['map.parquet'],
 *   model: 'test-tree',
 *   threads: 1,
 *   materialMm: 5,
 *   wavelengthMm: 55.47,
 *   describe: 'full',
 *   repair: false,
 *   keepSeries: false,
 *   prior: 'balanced',
 * });
 * console.log(summary.points); // 60
 * ```
 */
export async function classifyFiles(
  inputs: readonly string[],
  options: ClassifyFilesOptions,
): Promise<ClassifySummary> {
  const { outputs, overwrite = false, prepare } = options;
  const datasets: Dataset[] = [];
  for (const dataset of await openDatasets(inputs, options)) {
    datasets.push(prepare ? await prepare(dataset) : dataset);
  }
  let repairOutputs: RepairOutputs | undefined;
  try {
    return await classifyDatasets(datasets, options, async (schema, encodeGroup) => {
      // The repairs first: where they cannot be opened, no writer is left open.
      if (options.repair) repairOutputs = await openRepairOutputs(outputs[0], schema.series, { overwrite });
      return {
        writers: await openWriters(outputs, schema, { overwrite, encodeGroup }),
        repairs: repairOutputs,
      };
    });
  } catch (error) {
    await repairOutputs?.abort();
    throw error;
  }
}

/** Where a map goes: its writers, and what takes down repairs. */
export interface MapOutputs {
  readonly writers: readonly ResultWriter[];
  readonly repairs?: RepairSink;
}

/** The main job on opened datasets, into writers of the caller's choice, which may leave encoding to the workers. */
export async function classifyDatasets(
  datasets: readonly Dataset[],
  options: ClassifyOptions,
  openOutputs: (schema: ResultSchema, encodeGroup: GroupEncoder) => Promise<MapOutputs>,
): Promise<ClassifySummary> {
  const start = performance.now();
  const settings: AnalysisSettings = {
    materialMm: options.materialMm,
    cycleMm: cycleMm(options.wavelengthMm),
    wavelengthMm: options.wavelengthMm,
    describe: options.describe,
    repair: options.repair,
    sieve: options.sieve,
    isForReal: options.isPriorEstimated ?? options.prior === 'estimate',
  };
  const model = await readModel(options.model);
  const classifier = await loadClassifier(model, settings);
  // Every axis is tried before the first row, so that a model that does not fit is said at once.
  for (const { axis } of datasets) classifier.checkAxis(axis);
  const table = options.table ?? planMapTable(datasets, classifier, options);
  const mostDates = Math.max(...datasets.map(({ axis }) => axis.days.length));
  const wanted = options.threads ?? chooseThreads(datasets);
  const { threads, batchesUnderWay } = planMemory(wanted, mostDates, options.memoryMb);
  let pool: WorkerPool | undefined;
  const { writers, repairs } = await openOutputs(table.schema, (group) => pool!.encodeGroup(group));
  const tally = createRowTally(table.schema, classifier.classes);
  const stream: MapStreamOptions = {
    table,
    classes: classifier.classes,
    filter: { minCoherence: options.minCoherence, bbox: options.bbox },
    filtered: { belowCoherence: 0, outsideBox: 0 },
    batchesUnderWay,
    keepSource: options.repair || options.onClassified !== undefined,
    signal: options.signal,
    onProgress: options.onProgress,
  };
  try {
    const shares =
      options.prior === 'estimate'
        ? await estimateFileShares(datasets, model, settings, threads, stream)
        : knownShares(options.prior);
    // Workers get ready while the files are surveyed.
    pool = new WorkerPool(threads, {
      model,
      analysis: { ...settings, shares },
      map: { table, filter: stream.filter },
      firstDays: datasets[0]?.axis.days,
    });
    const surveys = await surveyFiles(datasets, options);
    const files = datasets.map((dataset, i) => ({ dataset, noise: surveys[i].noise }));
    for await (const { rows, source } of streamMap(files, pool, stream)) {
      throwIfCancelled(options.signal);
      tally.add(rows);
      if (source) {
        options.onClassified?.(source.batch, source.analysis.codes);
        const record = recordRepairs(source.batch, source.analysis, classifier.classes);
        if (record) await repairs?.add(record);
      }
      for (const writer of writers) await writer.write(rows);
    }
    if (tally.points === 0 && !options.allowEmpty) throw nothingLeft(datasets, stream.filtered);
    let repair: RepairSummary | undefined;
    await finishWriters(writers, async () => {
      repair = await repairs?.finish();
    });
    return {
      inputs: datasets.map(({ name, format, axis }, i) => ({
        name,
        format,
        dates: axis.days.length,
        noise: needsNoise(options) ? explainNoiseModel(surveys[i].noise) : '',
      })),
      model: { name: classifier.name, fingerprint: classifier.fingerprint },
      points: tally.points,
      classes: tally.summarize(),
      shares: shares && Array.from(shares),
      repair,
      skipped: joinSkipped(datasets),
      filtered: stream.filtered,
      warnings: datasets.flatMap(({ report }, i) => [...report.warnings, ...surveys[i].warnings]),
      outputs: writers.map(({ path }) => path),
      seconds: (performance.now() - start) / 1000,
    };
  } catch (error) {
    await abortWriters(writers);
    throw error;
  } finally {
    await pool?.close();
  }
}

function needsNoise({ describe, repair }: MapContent): boolean {
  return describe !== 'none' || repair;
}

/** What the points of each dataset share: looked for where the map needs it, taken as white noise elsewhere. */
export async function surveyFiles(
  datasets: readonly Dataset[],
  options: MapContent & Pick<ClassifyOptions, 'noise' | 'signal'>,
): Promise<FileSurvey[]> {
  const surveys: FileSurvey[] = [];
  for (const [i, dataset] of datasets.entries()) {
    const known = options.noise?.[i] ?? (needsNoise(options) ? undefined : WHITE_NOISE);
    surveys.push(known ? { noise: known, warnings: [] } : await surveyFile(dataset, options.signal));
  }
  return surveys;
}

/** The shares that a prior names or is; `undefined` for even ones, which change nothing. */
export function knownShares(prior: Exclude<ClassPrior, 'estimate'>): Float64Array | undefined {
  if (prior === 'balanced') return undefined;
  return prior === 'paper' ? Float64Array.from(PAPER_MAP_SHARES) : prior;
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
  datasets: readonly { readonly report: { readonly skipped: readonly SkippedRows[] } }[],
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
