import { PAPER_MAP_SHARES } from '../classify/class-prior.js';
import type { Classifier } from '../classify/classifier.js';
import { throwIfCancelled } from '../errors.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { type CalibrationCurve, measureCalibration } from './calibration-curve.js';
import { type ConfusionMatrix, confusionOf } from './confusion-matrix.js';
import { type Estimate, shareEstimate } from './interval.js';
import { forecastMap, type MapForecast } from './map-shares.js';
import { computeMetrics, type Metrics } from './metrics.js';

/** Series with known classes, on one date axis. */
export interface LabelledStack {
  readonly name: string;
  readonly axis: EpochAxis;
  readonly count: number;
  /** Row-major, mm, `NaN` = missing. */
  readonly displacements: Float32Array;
  /** Positions in the classes, the first after the last class for Other. */
  readonly labels: Uint8Array;
  /** How far each series stands out of its noise, where it is simulated. */
  readonly noncentrality?: Float32Array;
}

/** What a classifier says of labelled series, a value each, over all stacks in order. */
export interface Predictions {
  readonly labels: Uint8Array;
  /** The most probable class. */
  readonly predicted: Uint8Array;
  /** The same, one more than the last class where "none of them" is likelier. */
  readonly answers: Uint8Array;
  readonly confidence: Float32Array;
  readonly sources: readonly string[];
  readonly dates: Int32Array;
  readonly missingShare: Float32Array;
  readonly noncentrality: Float32Array | undefined;
}

/** Accuracy of the series whose measure lies in a range. */
export interface AccuracyPart {
  readonly range: string;
  readonly series: number;
  readonly accuracy: Estimate;
}

export interface Evaluation {
  readonly model: { readonly name: string; readonly fingerprint: string };
  readonly matrix: ConfusionMatrix;
  readonly metrics: Metrics;
  readonly calibration: CalibrationCurve;
  /** Where the classes are the five trends. */
  readonly map: MapForecast | undefined;
  readonly byNoncentrality: readonly AccuracyPart[];
  readonly byDates: readonly AccuracyPart[];
  readonly byMissing: readonly AccuracyPart[];
  readonly bySource: readonly AccuracyPart[];
}

const NONCENTRALITY_EDGES = [0, 5, 10, 15, 20, 30, 50, 100, 200, 1000, Number.POSITIVE_INFINITY];
const DATE_EDGES = [0, 60, 100, 150, 200, 250, 300, 400, Number.POSITIVE_INFINITY];
const MISSING_EDGES = [0, 0.02, 0.1, 0.2, 0.3, 0.5, 1];

/** Classifies every stack. Throws `model` where the classifier does not take its dates. */
export async function predictStacks(
  classifier: Classifier,
  stacks: readonly LabelledStack[],
  signal?: AbortSignal,
): Promise<Predictions> {
  const width = classifier.classes.length;
  const count = stacks.reduce((sum, stack) => sum + stack.count, 0);
  const hasNoncentrality = stacks.every((stack) => stack.noncentrality !== undefined);
  const result = {
    labels: new Uint8Array(count),
    predicted: new Uint8Array(count),
    answers: new Uint8Array(count),
    confidence: new Float32Array(count),
    sources: stacks.flatMap((stack) => new Array<string>(stack.count).fill(stack.name)),
    dates: new Int32Array(count),
    missingShare: new Float32Array(count),
    noncentrality: hasNoncentrality ? new Float32Array(count) : undefined,
  };
  let start = 0;
  for (const stack of stacks) {
    throwIfCancelled(signal);
    const bound = await classifier.bind(stack.axis);
    const scores = await bound.classify(stack.displacements, stack.count);
    await bound.dispose();
    const epochs = stack.axis.days.length;
    for (let row = 0; row < stack.count; row++) {
      const values = scores.probabilities.subarray(row * width, (row + 1) * width);
      const confidence = Math.max(...values);
      const other = scores.outOfFamily?.[row] ?? 0;
      const at = start + row;
      result.predicted[at] = values.indexOf(confidence);
      result.answers[at] = other > (1 - other) * confidence ? width : result.predicted[at];
      result.confidence[at] = confidence;
      result.dates[at] = epochs;
      const series = stack.displacements.subarray(row * epochs, (row + 1) * epochs);
      result.missingShare[at] =
        series.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0) / epochs;
    }
    result.labels.set(stack.labels, start);
    if (stack.noncentrality) result.noncentrality?.set(stack.noncentrality, start);
    start += stack.count;
  }
  return result;
}

/** Judges predictions against labels; series labelled Other take no part (see `measureAgreement` for them). */
export function evaluatePredictions(classifier: Classifier, all: Predictions): Evaluation {
  const { classes } = classifier;
  const rows = [...all.labels.keys()].filter((row) => all.labels[row] < classes.length);
  const truth = rows.map((row) => all.labels[row]);
  const predicted = rows.map((row) => all.predicted[row]);
  const isRight = rows.map((row) => all.labels[row] === all.predicted[row]);
  const matrix = confusionOf(classes, truth, predicted);
  const pick = (values: ArrayLike<number>) => rows.map((row) => values[row]);
  const isFive =
    classes.length === TREND_CLASSES.length && TREND_CLASSES.every((name, k) => name === classes[k]);
  const { noncentrality } = all;
  return {
    model: { name: classifier.name, fingerprint: classifier.fingerprint },
    matrix,
    metrics: computeMetrics(matrix),
    calibration: measureCalibration(pick(all.confidence), isRight),
    map: isFive ? forecastMap(matrix, PAPER_MAP_SHARES) : undefined,
    byNoncentrality: noncentrality
      ? accuracyByRange(pick(noncentrality), isRight, NONCENTRALITY_EDGES, String)
      : [],
    byDates: accuracyByRange(pick(all.dates), isRight, DATE_EDGES, String),
    byMissing: accuracyByRange(
      pick(all.missingShare),
      isRight,
      MISSING_EDGES,
      (share) => `${Math.round(100 * share)} %`,
    ),
    bySource: accuracyBySource(
      rows.map((row) => all.sources[row]),
      isRight,
    ),
  };
}

/** Accuracy in every range `[edge, next edge)` that holds any series. */
function accuracyByRange(
  values: readonly number[],
  isRight: readonly boolean[],
  edges: readonly number[],
  format: (edge: number) => string,
): AccuracyPart[] {
  return edges.slice(0, -1).flatMap((low, index) => {
    const high = edges[index + 1];
    // An infinite measure (a class without rivals) belongs to the last range, and so does a share of all.
    const isLast = index === edges.length - 2;
    const inside = [...values.keys()].filter((i) => values[i] >= low && (values[i] < high || isLast));
    if (inside.length === 0) return [];
    const range =
      high === Number.POSITIVE_INFINITY ? `${format(low)} and more` : `${format(low)} to ${format(high)}`;
    return [partOf(range, inside, isRight)];
  });
}

/** Parts of several evaluations in the order of their ranges, those of one range taken together. */
export function joinParts(parts: readonly AccuracyPart[]): AccuracyPart[] {
  const joined = new Map<string, { series: number; right: number }>();
  for (const { range, series, accuracy } of parts) {
    const own = joined.get(range) ?? { series: 0, right: 0 };
    const right = own.right + Math.round(accuracy.value * series);
    joined.set(range, { series: own.series + series, right });
  }
  return Array.from(joined, ([range, { series, right }]) => {
    return { range, series, accuracy: shareEstimate(right, series) };
  }).sort((left, right) => Number.parseInt(left.range, 10) - Number.parseInt(right.range, 10));
}

function accuracyBySource(sources: readonly string[], isRight: readonly boolean[]): AccuracyPart[] {
  return [...new Set(sources)].map((source) => {
    const inside = [...sources.keys()].filter((i) => sources[i] === source);
    return partOf(source, inside, isRight);
  });
}

function partOf(range: string, inside: readonly number[], isRight: readonly boolean[]): AccuracyPart {
  const right = inside.filter((i) => isRight[i]).length;
  return { range, series: inside.length, accuracy: shareEstimate(right, inside.length) };
}
