import { watchCommonMotion } from '../classify/file-survey.js';
import { DEVIATION_OF_MEDIAN } from '../kinematics/noise.js';
import { createNoiseEstimator } from '../kinematics/noise-estimate.js';
import { correlationMatrix, type NoiseModel } from '../kinematics/noise-model.js';
import type { Dataset, SkippedRows } from '../series/dataset.js';
import { type EpochAxis, formatDay, spanYears } from '../series/epoch-axis.js';
import { numericAttribute, seriesOf } from '../series/series-batch.js';
import { type ResolutionLimits, resolutionLimits } from '../simulate/noncentrality.js';
import { quantileOfSorted } from './interval.js';

/** Points whose noise and coherence are kept for quantiles: every k-th, k growing with the file. */
const MOST_KEPT = 20_000;

/** Quantiles over the points of a file. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** What a file is and what it can show. */
export interface DatasetSurvey {
  readonly name: string;
  readonly format: string;
  readonly points: number;
  readonly skipped: readonly SkippedRows[];
  readonly warnings: readonly string[];
  /** West, south, east, north in degrees. */
  readonly extent: readonly [number, number, number, number];
  readonly attributes: readonly string[];
  readonly dates: {
    readonly count: number;
    readonly first: string;
    readonly last: string;
    readonly spanYears: number;
    /** Days between dates, and how often; the most frequent first. */
    readonly steps: readonly { readonly days: number; readonly count: number }[];
    /** Steps of more than twice the median one. */
    readonly gaps: readonly { readonly after: string; readonly days: number }[];
  };
  /** Share of cells without a value. */
  readonly missingShare: number;
  /** Noise from date to date, mm; 10th, 50th and 90th percentile of the points. */
  readonly noiseMm: Spread;
  /** How the noise hangs together in time. */
  readonly noise: NoiseModel;
  /** Temporal coherence, where the file has it. */
  readonly coherence: Spread | undefined;
  /** What the median point can show if its noise were white, and with the noise as it is. */
  readonly limits: { readonly white: ResolutionLimits; readonly correlated: ResolutionLimits } | undefined;
}

/** Reads a dataset once, in flat memory, and says what it is. */
export async function surveyDataset(dataset: Dataset, signal?: AbortSignal): Promise<DatasetSurvey> {
  const { axis } = dataset;
  const noise = createSampler();
  const coherence = createSampler();
  const estimator = createNoiseEstimator(axis);
  const common = watchCommonMotion(axis);
  const extent: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  let estimating = true;
  let watching = true;
  let points = 0;
  let missing = 0;
  for await (const batch of dataset.batches({ signal })) {
    const coherences = numericAttribute(batch, 'temporal_coherence');
    for (let i = 0; i < batch.count; i++) {
      missing += countMissing(seriesOf(batch, i));
      noise.add(points + i, () => epochNoise(seriesOf(batch, i)));
      if (coherences) coherence.add(points + i, () => coherences[i]);
      extent[0] = Math.min(extent[0], batch.longitude[i]);
      extent[1] = Math.min(extent[1], batch.latitude[i]);
      extent[2] = Math.max(extent[2], batch.longitude[i]);
      extent[3] = Math.max(extent[3], batch.latitude[i]);
    }
    if (estimating) estimating = estimator.add(batch);
    if (watching) watching = common.add(batch);
    points += batch.count;
  }
  const noiseMm = noise.spread();
  const noiseModel = estimator.finish();
  return {
    name: dataset.name,
    format: dataset.format,
    points,
    skipped: dataset.report.skipped,
    warnings: [...dataset.report.warnings, ...common.warnings()],
    extent,
    attributes: dataset.fields.map((field) => field.name),
    dates: surveyDates(axis),
    missingShare: points === 0 ? 0 : missing / (points * axis.days.length),
    noiseMm,
    noise: noiseModel,
    coherence: coherence.count > 0 ? coherence.spread() : undefined,
    limits: noiseMm.median > 0 ? limitsOf(axis, noiseMm.median, noiseModel) : undefined,
  };
}

/**
 * The noise from date to date says how large the part is that changes at once; slower parts come on top in the shares
 * of the model, whose correlation a step later they make up.
 */
function limitsOf(axis: EpochAxis, noiseMm: number, model: NoiseModel) {
  const covariance = correlationMatrix(model, axis);
  const step = 1 - covariance[1];
  const variance = noiseMm ** 2 / Math.max(step, 0.05);
  return {
    white: resolutionLimits(axis, noiseMm),
    correlated: resolutionLimits(
      axis,
      covariance.map((value) => value * variance),
    ),
  };
}

function surveyDates(axis: EpochAxis): DatasetSurvey['dates'] {
  const { days } = axis;
  const steps = Array.from(days.subarray(1), (day, index) => day - days[index]);
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  const median = quantileOfSorted(Float64Array.from(steps).sort(), 0.5);
  return {
    count: days.length,
    first: formatDay(days[0]),
    last: formatDay(days[days.length - 1]),
    spanYears: spanYears(axis),
    steps: Array.from(counts, ([stepDays, count]) => ({ days: stepDays, count })).sort(
      (a, b) => b.count - a.count || a.days - b.days,
    ),
    gaps: steps.flatMap((step, index) =>
      step > 2 * median ? [{ after: formatDay(days[index]), days: step }] : [],
    ),
  };
}

function countMissing(series: Float32Array): number {
  let missing = 0;
  for (const value of series) if (Number.isNaN(value)) missing += 1;
  return missing;
}

/** Robust standard deviation of one displacement from the changes between neighbouring dates. */
function epochNoise(series: Float32Array): number {
  const changes: number[] = [];
  for (let i = 1; i < series.length; i++) {
    const change = Math.abs(series[i] - series[i - 1]);
    if (!Number.isNaN(change)) changes.push(change);
  }
  if (changes.length === 0) return Number.NaN;
  return (DEVIATION_OF_MEDIAN * quantileOfSorted(Float64Array.from(changes).sort(), 0.5)) / Math.SQRT2;
}

/** Keeps the values of evenly spaced points: every one at first, every second once there are too many, and so on. */
function createSampler() {
  let kept: number[] = [];
  let every = 1;
  return {
    get count() {
      return kept.length;
    },
    add(index: number, measure: () => number): void {
      if (index % every !== 0) return;
      const value = measure();
      if (Number.isNaN(value)) return;
      kept.push(value);
      if (kept.length < MOST_KEPT) return;
      kept = kept.filter((_, position) => position % 2 === 0);
      every *= 2;
    },
    spread(): Spread {
      if (kept.length === 0) return { low: Number.NaN, median: Number.NaN, high: Number.NaN };
      const sorted = Float64Array.from(kept).sort();
      return {
        low: quantileOfSorted(sorted, 0.1),
        median: quantileOfSorted(sorted, 0.5),
        high: quantileOfSorted(sorted, 0.9),
      };
    },
  };
}
