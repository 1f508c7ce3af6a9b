import type { Random } from '../random.js';
import { createEpochAxis, type EpochAxis } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';
import type { TrainingBatch } from './training-batch.js';

/**
 * Ways to change a series that leave its class as it is: the other sign, fewer dates, a little more noise, a window of
 * most of the dates (for networks that take any dates).
 */
export const AUGMENTATIONS = ['sign', 'drop', 'noise', 'crop'] as const;
export type Augmentation = (typeof AUGMENTATIONS)[number];

const GREATEST_DROPPED_SHARE = 0.2;
const GREATEST_NOISE_MM = 1.5;
const LEAST_CROP_SHARE = 0.85;

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
  const kept = keptEpochs(axis, kinds, fewestEpochs, random);
  const epochs = axis.days.length;
  const changed = new Float32Array(count * kept.length);
  for (let row = 0; row < count; row++) {
    const sign = kinds.includes('sign') ? random.sign() : 1;
    const noiseMm = kinds.includes('noise') ? random.between(0, GREATEST_NOISE_MM) : 0;
    for (let i = 0; i < kept.length; i++) {
      const noise = noiseMm === 0 ? 0 : noiseMm * random.normal();
      changed[row * kept.length + i] = sign * displacements[row * epochs + kept[i]] + noise;
    }
  }
  return { axis: createEpochAxis(kept.map((epoch) => axis.days[epoch])), count, displacements: changed };
}

/**
 * Changes the rows of a filled batch in place, for networks that are fed the series itself (input `series`, gaps
 * filled, in units of `scaleMm`): lost dates are filled by straight lines, as in use. Windows are not possible here.
 */
export function augmentBatch(
  batch: TrainingBatch,
  axis: EpochAxis,
  scaleMm: number,
  kinds: readonly Augmentation[],
  random: Random,
): void {
  const epochs = axis.days.length;
  for (let row = 0; row < batch.rows.length; row++) {
    const series = batch.inputs.series.subarray(row * epochs, (row + 1) * epochs);
    const sign = kinds.includes('sign') ? random.sign() : 1;
    const noise = kinds.includes('noise') ? random.between(0, GREATEST_NOISE_MM) / scaleMm : 0;
    for (let i = 0; i < epochs; i++) {
      series[i] = sign * series[i] + (noise === 0 ? 0 : noise * random.normal());
    }
    if (!kinds.includes('drop')) continue;
    const share = random.between(0, GREATEST_DROPPED_SHARE);
    for (let i = 0; i < epochs; i++) if (random.chance(share)) series[i] = Number.NaN;
    series.set(fillGaps(axis, series, 1));
  }
}

function keptEpochs(
  axis: EpochAxis,
  kinds: readonly Augmentation[],
  fewestEpochs: number,
  random: Random,
): Int32Array {
  const epochs = axis.days.length;
  const all = Int32Array.from({ length: epochs }, (_, index) => index);
  const share = kinds.includes('crop') ? random.between(LEAST_CROP_SHARE, 1) : 1;
  const length = Math.min(epochs, Math.max(fewestEpochs, Math.round(share * epochs)));
  const start = random.integer(epochs - length + 1);
  const window = all.subarray(start, start + length);
  if (!kinds.includes('drop')) return window;
  const dropped = random.between(0, GREATEST_DROPPED_SHARE);
  const thinned = window.filter(() => !random.chance(dropped));
  return thinned.length >= fewestEpochs ? thinned : window;
}
