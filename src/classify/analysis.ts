import { type CloseSearch, createDescriber, type Describer } from '../kinematics/describe.js';
import type { Description } from '../kinematics/description.js';
import { type DescribeLevel, describeColumns } from '../kinematics/description-columns.js';
import type { NoiseModel } from '../kinematics/noise-model.js';
import {
  correctSeries,
  findRepairs,
  logRepairs,
  type RepairFinding,
  type RepairLogEntry,
} from '../kinematics/repair.js';
import type { MeasureSeries } from '../kinematics/series-measures.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { takeRows } from '../series/matrix-rows.js';
import type { ColumnValues } from '../series/result-table.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { trendCode } from '../series/trend-class.js';
import { applyShares, calibrateForReal } from './class-prior.js';
import type { BoundClassifier, Classifier, ClassScores } from './classifier.js';
import type { ClassifierSettings } from './network-classifier.js';

/** What is to be found out about every point. */
export interface AnalysisSettings extends ClassifierSettings {
  readonly wavelengthMm: number;
  readonly describe: DescribeLevel;
  readonly repair: boolean;
  /** Class shares of the map, where they are not taken as even. */
  readonly shares?: Float64Array;
  /** Probabilities as sure as labelled real series allow, for class shares estimated from the file itself. */
  readonly isForReal?: boolean;
}

/** The points of a batch and the noise of their file. `pids` serve the log of repairs and may be empty without. */
export interface AnalysisJob {
  readonly axis: EpochAxis;
  readonly noise: NoiseModel;
  readonly count: number;
  readonly displacements: Float32Array;
  /** No value is missing among the displacements: that need not be looked for any more. */
  readonly isComplete?: boolean;
  readonly pids: readonly string[];
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
}

/** What a repair changed in a batch. */
export interface BatchRepair {
  /** Points that were put right, in rising order, and their corrected series (row-major, a row a point). */
  readonly points: Int32Array;
  readonly corrected: Float32Array;
  /** Their classes afterwards. */
  readonly codes: Int32Array;
  readonly log: readonly RepairLogEntry[];
  /** Points with a step of part of a cycle, which is told and left. */
  readonly subCycleSteps: number;
}

/** Everything computed for the points of one batch, in their order. */
export interface BatchAnalysis {
  readonly scores: ClassScores;
  /** The most probable class of every point, the first of equals, and its probability. */
  readonly codes: Int32Array;
  readonly confidence: Float32Array;
  /** In the order of `describeFields`. */
  readonly described: readonly ColumnValues[];
  readonly repair?: BatchRepair;
}

/** An analysis and what its columns were made of, for those who look closer at single points. */
export interface BatchExamination {
  readonly analysis: BatchAnalysis;
  readonly description: Description;
  /** What the search for jumps found, accepted or not; nothing where repairs are not asked for. */
  readonly findings: readonly RepairFinding[];
  readonly describer: Describer;
}

/** Runs the whole per-point work on batches; keeps what depends only on dates and noise from one batch to the next. */
export interface Analyst {
  /** Binds the classifier to the dates of a file, ahead of its first batch. */
  prepare(axis: EpochAxis): Promise<void>;
  /** Classifies, describes and (where asked for) repairs the points of one batch. */
  analyze(job: AnalysisJob): Promise<BatchAnalysis>;
  /** The same, with what it came from. */
  examine(job: AnalysisJob): Promise<BatchExamination>;
  /**
   * Takes back the memory behind the latest analysis, whose numbers nobody needs any more, for the next one of as many
   * points.
   */
  recycle(analysis: BatchAnalysis): void;
  /** Gives back what the classifier holds. */
  dispose(): Promise<void>;
}

/** What is prepared for one file. */
interface Bench {
  readonly axis: EpochAxis;
  readonly bound: BoundClassifier;
  /** Made when first asked for: it takes longer to prepare than small files take to classify. */
  describer: Describer | undefined;
}

/**
 * Joins a classifier, the numbers beside its classes and the repairs into one step a batch. `measure` measures series:
 * by the runtime (`createRuntimeMeasurer`).
 */
export function createAnalyst(
  classifier: Classifier,
  settings: AnalysisSettings,
  measure: MeasureSeries,
): Analyst {
  let bench: Bench | undefined;
  let latest: BatchExamination | undefined;

  async function benchFor(axis: EpochAxis): Promise<Bench> {
    if (bench?.axis === axis) return bench;
    await bench?.bound.dispose();
    bench = { axis, bound: await classifier.bind(axis), describer: undefined };
    return bench;
  }

  function describerOf(prepared: Bench, noise: NoiseModel): Describer {
    const { axis, describer } = prepared;
    if (describer?.noise === noise) return describer;
    const { wavelengthMm } = settings;
    const made = createDescriber({ axis, noise, measure, wavelengthMm });
    prepared.describer = made;
    return made;
  }

  async function classify(
    { bound }: Bench,
    { displacements, count, isComplete }: Pick<AnalysisJob, 'displacements' | 'count' | 'isComplete'>,
  ) {
    const scores = await bound.classify(displacements, count, isComplete);
    const { realCalibration } = classifier;
    if (settings.isForReal && realCalibration) calibrateForReal(scores.probabilities, count, realCalibration);
    if (settings.shares) applyShares(scores.probabilities, count, settings.shares);
    return { scores, ...pickClasses(scores, classifier.classes.length, count) };
  }

  async function examineLatest(job: AnalysisJob, searchOf?: (classes: Int32Array) => CloseSearch) {
    latest = await examine(job, searchOf);
    return latest.analysis;
  }

  /** `searchOf`: which points are searched closely, by their classes; all are where it is left out. */
  async function examine(
    job: AnalysisJob,
    searchOf?: (classes: Int32Array) => CloseSearch,
  ): Promise<BatchExamination> {
    const prepared = await benchFor(job.axis);
    const classified = await classify(prepared, job);
    const describer = describerOf(prepared, job.noise);
    const batch: SeriesBatch = { ...job, attributes: [] };
    const classes = classified.codes;
    const description = await describer.describe(batch, searchOf?.(classes), job.isComplete);
    if (!settings.repair) {
      const source = { description, axis: job.axis, classes };
      const described = describeColumns(settings.describe, source);
      return { analysis: { ...classified, described }, description, findings: [], describer };
    }
    const findings = findRepairs(describer, batch, description, { points: pointsOfClass(classes, PUE) });
    const jumps = new Map(findings.flatMap(({ point, path }) => (path ? [[point, path]] : [])));
    const source = { description, axis: job.axis, classes, jumps };
    const accepted = findings.filter((finding) => finding.accepted);
    const points = Int32Array.from(accepted, ({ point }) => point);
    const corrected = takeRows(correctSeries(batch, accepted, describer.cycle), job.axis.days.length, points);
    const { codes } = await classify(prepared, { displacements: corrected, count: points.length });
    const repair: BatchRepair = {
      points,
      corrected,
      codes,
      log: logRepairs(batch, accepted),
      subCycleSteps: findings.filter(({ subCycleStep }) => subCycleStep !== undefined).length,
    };
    const described = describeColumns(settings.describe, source);
    return { analysis: { ...classified, described, repair }, description, findings, describer };
  }

  return {
    async prepare(axis) {
      await benchFor(axis);
    },
    examine: (job) => examine(job),
    async analyze(job) {
      // A repair looks for jumps wherever a step explains more than a motion.
      if (settings.repair) return examineLatest(job);
      if (settings.describe !== 'none') return examineLatest(job, searchForColumns);
      const classified = await classify(await benchFor(job.axis), job);
      return { ...classified, described: [] };
    },
    recycle(analysis) {
      if (latest?.analysis === analysis) latest.describer.recycle(latest.description);
      latest = undefined;
    },
    async dispose() {
      await bench?.bound.dispose();
      bench = undefined;
    },
  };
}

const BILINEAR = trendCode('Bilinear');
const PUE = trendCode('PUE');

/** What stands in columns of some classes only is not looked for in others. */
function searchForColumns(classes: Int32Array): CloseSearch {
  return {
    seeksSteps: (point) => classes[point] === PUE,
    tellsBreak: (point) => classes[point] === BILINEAR,
  };
}

/** The most probable class of every row, the first of equals, and its probability. */
export function pickClasses(
  { probabilities }: ClassScores,
  classCount: number,
  count: number,
): { codes: Int32Array; confidence: Float32Array } {
  const codes = new Int32Array(count);
  const confidence = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let c = 1; c < classCount; c++) {
      if (probabilities[i * classCount + c] > probabilities[i * classCount + best]) best = c;
    }
    codes[i] = best;
    confidence[i] = probabilities[i * classCount + best];
  }
  return { codes, confidence };
}

function pointsOfClass(codes: Int32Array, wanted: number): number[] {
  return Array.from(codes.keys()).filter((point) => codes[point] === wanted);
}
