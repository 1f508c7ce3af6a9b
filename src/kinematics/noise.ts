/** Mean of absolute normal deviates, over their standard deviation. */
const MEAN_OF_ABSOLUTE = Math.sqrt(2 / Math.PI);
/** Changes beyond this many deviations are left out, and the mean of those that remain of normal deviates. */
const CLIP = 2.5;
const MEAN_OF_CLIPPED = 0.772409;
const CLIP_PASSES = 3;

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

/** What is summed over the residuals of one series about its line and season. */
export interface ResidualSums {
  squares: number;
  /** Over neighbouring dates a nominal revisit apart: their number, products, and absolute changes. */
  pairs: number;
  products: number;
  changes: number;
}

/**
 * The noise of a series from sums over its residuals.
 *
 * @param count dates
 * @param parameters fitted to get the residuals, season included
 * @param changes absolute changes over the pairs, one after the other
 */
export function noiseOf(
  sums: ResidualSums,
  count: number,
  parameters: number,
  changes: Float32Array,
  noise: SeriesNoise,
): void {
  noise.residual = Math.sqrt(sums.squares / (count - parameters));
  if (sums.pairs < 8 || sums.squares === 0) {
    noise.epochToEpoch = noise.residual;
    noise.lagOneCorrelation = Number.NaN;
    noise.effectiveSamples = Number.NaN;
    return;
  }
  noise.epochToEpoch = clippedDeviation(changes, sums.pairs, sums.changes) / Math.SQRT2;
  const correlation = Math.max(-1, Math.min(1, sums.products / sums.pairs / (sums.squares / count)));
  noise.lagOneCorrelation = correlation;
  noise.effectiveSamples = Math.min(count, Math.max(1, (count * (1 - correlation)) / (1 + correlation)));
}

/**
 * Deviation of normal values from their absolute values, outliers left out (mean of what lies within 2.5 deviations,
 * three times over). As robust against the jumps of a series as a median, more exact, and a fifth of its cost.
 */
function clippedDeviation(absolute: Float32Array, count: number, sum: number): number {
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
