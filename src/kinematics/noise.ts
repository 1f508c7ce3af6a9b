/** Mean of absolute normal deviates, over their standard deviation. */
export const MEAN_OF_ABSOLUTE = Math.sqrt(2 / Math.PI);
/** Deviation of normal values over the median of their sizes. */
export const DEVIATION_OF_MEDIAN = 1.482602218505602;
/** Changes beyond this many deviations are left out, and the mean of those that remain of normal deviates. */
export const CLIP = 2.5;
export const MEAN_OF_CLIPPED = 0.772409;
export const CLIP_PASSES = 3;
/** Fewer neighbours than this say nothing of their correlation. */
const LEAST_PAIRS = 8;

/** Noise of one series, about its line and season (ordinary least squares). */
export interface SeriesNoise {
  /** From date to date, robust: what one displacement is worth, mm. */
  epochToEpoch: number;
  /** Standard deviation of the residuals, mm. */
  residual: number;
  /** Correlation of residuals a nominal revisit apart. */
  lagOneCorrelation: number;
  /** Dates that independent noise would need to say as much of a mean: n (1 - r) / (1 + r). */
  effectiveSamples: number;
}

export function createSeriesNoise(): SeriesNoise {
  const { NaN: none } = Number;
  return { epochToEpoch: none, residual: none, lagOneCorrelation: none, effectiveSamples: none };
}

/**
 * The noise of a series from its residuals about line and season.
 *
 * @param squares sum of their squares
 * @param products sum of products of neighbours a nominal revisit apart
 * @param pairs how many such neighbours there are
 * @param changes deviation of the changes between them, robust
 * @param count dates
 * @param parameters fitted to get the residuals, season included
 */
export function noiseOf(
  squares: number,
  products: number,
  pairs: number,
  changes: number,
  count: number,
  parameters: number,
  noise: SeriesNoise,
): void {
  noise.residual = Math.sqrt(squares / (count - parameters));
  if (pairs < LEAST_PAIRS || squares === 0) {
    noise.epochToEpoch = noise.residual;
    noise.lagOneCorrelation = Number.NaN;
    noise.effectiveSamples = Number.NaN;
    return;
  }
  noise.epochToEpoch = changes / Math.SQRT2;
  const correlation = Math.max(-1, Math.min(1, products / pairs / (squares / count)));
  noise.lagOneCorrelation = correlation;
  noise.effectiveSamples = Math.min(count, Math.max(1, (count * (1 - correlation)) / (1 + correlation)));
}

/**
 * Deviation of normal values from their absolute values, outliers left out (mean of what lies within 2.5 deviations,
 * three times over), of the first `count`. As robust against the jumps of a series as a median, more exact, and a fifth
 * of its cost.
 */
export function clippedDeviation(absolute: Float32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += absolute[i];
  let deviation = sum / count / MEAN_OF_ABSOLUTE;
  let insideBefore = count;
  for (let pass = 0; pass < CLIP_PASSES; pass++) {
    const limit = CLIP * deviation;
    let kept = 0;
    let inside = 0;
    for (let i = 0; i < count; i++) {
      const value = absolute[i];
      if (value > limit) continue;
      inside++;
      kept += value;
    }
    deviation = kept / inside / MEAN_OF_CLIPPED;
    // The same values again, since what lies inside can only shrink or grow: nothing changes any more.
    if (pass > 0 && inside === insideBefore) break;
    insideBefore = inside;
  }
  return deviation;
}

/** Median of the first `count` values (the upper one of two), by Hoare's selection; reorders them. */
export function selectMedian(values: Float32Array | Float64Array, count: number): number {
  const wanted = count >> 1;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left] < pivot) left++;
      while (values[right] > pivot) right--;
      if (left > right) break;
      const kept = values[left];
      values[left] = values[right];
      values[right] = kept;
      left++;
      right--;
    }
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else break;
  }
  return values[wanted];
}
