import type { Random } from '../random.js';
import { createEpochAxis, type EpochAxis } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';
import type { StepBatch } from './step-batch.js';

/**
 * Ways to change a series that leave its class as it is: the other sign, fewer dates, a little more noise, a window of
 * most of the dates, time reversed, a slightly other scale. The last three are for networks that take any dates or
 * copies made once; a batch on its way through a network of fixed dates knows the first three.
 */
export const AUGMENTATIONS = ['sign', 'drop', 'noise', 'crop', 'reverse', 'scale'] as const;
export type Augmentation = (typeof AUGMENTATIONS)[number];

const GREATEST_DROPPED_SHARE = 0.2;
/** Share of copies on every other date only, of those with enough dates to bear it. */
const HALVED_SHARE = 0.1;
const FEWEST_AFTER_HALVING = 90;
/** White noise added, in parts of the noise from date to date. */
const GREATEST_NOISE = 0.35;
const LEAST_CROP_SHARE = 0.93;
const SCALE_LOG_DEVIATION = 0.03;
/** Mean absolute difference of two values of normal noise, in standard deviations: 2 / sqrt(pi). */
const ABSOLUTE_DIFFERENCE = 1.128;

/** Series of one axis, changed together: the dates they lose are the same for all. */
export interface SeriesOnAxis {
  readonly axis: EpochAxis;
  readonly count: number;
  /** Row-major, mm, `NaN` = missing. */
  readonly displacements: Float32Array;
}

/** One changed copy of some series, on an axis with at least `fewestEpochs` of the dates. */
export function augmentSeries(
  { axis, count, displacements }: SeriesOnAxis,
  kinds: readonly Augmentation[],
  fewestEpochs: number,
  random: Random,
): SeriesOnAxis {
  const epochs = axis.days.length;
  const kept = keptEpochs(epochs, kinds, fewestEpochs, random);
  let days = kept.map((epoch) => axis.days[epoch]);
  if (kinds.includes('reverse') && random.chance(0.5)) {
    const last = axis.days[epochs - 1];
    days = days.reverse().map((day) => last - day);
    kept.reverse();
  }
  const changed = new Float32Array(count * kept.length);
  for (let row = 0; row < count; row++) {
    const series = displacements.subarray(row * epochs, (row + 1) * epochs);
    let factor = kinds.includes('sign') ? random.sign() : 1;
    if (kinds.includes('scale')) factor *= Math.exp(SCALE_LOG_DEVIATION * random.normal());
    const noise = drawNoiseSize(series, kinds, random);
    for (let i = 0; i < kept.length; i++) {
      changed[row * kept.length + i] = factor * series[kept[i]] + (noise === 0 ? 0 : noise * random.normal());
    }
  }
  return { axis: createEpochAxis(days), count, displacements: changed };
}

/**
 * Changes the rows of a filled batch in place, for networks that are fed the series itself (input `series`, gaps
 * filled): lost dates are filled by straight lines, as in use.
 */
export function augmentBatch(
  batch: StepBatch,
  axis: EpochAxis,
  kinds: readonly Augmentation[],
  random: Random,
): void {
  const epochs = axis.days.length;
  for (let row = 0; row < batch.rows.length; row++) {
    const series = batch.inputs.series.subarray(row * epochs, (row + 1) * epochs);
    const sign = kinds.includes('sign') ? random.sign() : 1;
    const noise = drawNoiseSize(series, kinds, random);
    for (let i = 0; i < epochs; i++) {
      series[i] = sign * series[i] + (noise === 0 ? 0 : noise * random.normal());
    }
    if (!kinds.includes('drop')) continue;
    const share = random.between(0, GREATEST_DROPPED_SHARE);
    for (let i = 0; i < epochs; i++) if (random.chance(share)) series[i] = Number.NaN;
    series.set(fillGaps(axis, series, 1));
  }
}

function drawNoiseSize(series: Float32Array, kinds: readonly Augmentation[], random: Random): number {
  return kinds.includes('noise') ? random.between(0, GREATEST_NOISE) * differenceNoise(series) : 0;
}

/** Standard deviation of white noise that differs from date to date as the series does. */
function differenceNoise(series: Float32Array): number {
  let sum = 0;
  let pairs = 0;
  for (let i = 1; i < series.length; i++) {
    const difference = Math.abs(series[i] - series[i - 1]);
    if (Number.isNaN(difference)) continue;
    sum += difference;
    pairs += 1;
  }
  return pairs === 0 ? 0 : sum / pairs / ABSOLUTE_DIFFERENCE;
}

function keptEpochs(
  epochs: number,
  kinds: readonly Augmentation[],
  fewestEpochs: number,
  random: Random,
): number[] {
  const share = kinds.includes('crop') ? random.between(LEAST_CROP_SHARE, 1) : 1;
  const length = Math.min(epochs, Math.max(fewestEpochs, Math.round(share * epochs)));
  const start = random.integer(epochs - length + 1);
  const window = Array.from({ length }, (_, index) => start + index);
  if (!kinds.includes('drop')) return window;
  const dropped = random.between(0, GREATEST_DROPPED_SHARE);
  const every = length >= 2 * FEWEST_AFTER_HALVING && random.chance(HALVED_SHARE) ? 2 : 1;
  const thinned = window.filter((_, index) => index % every === 0 && !random.chance(dropped));
  return thinned.length >= fewestEpochs ? thinned : window;
}
