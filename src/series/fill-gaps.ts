import type { EpochAxis } from './epoch-axis.js';
import { areFinite } from './finite-values.js';

/**
 * Displacements without gaps: a missing value becomes the straight line in time between its neighbours, or the nearest
 * value before the first and after the last. A series with no value at all becomes zeros.
 *
 * `displacements` is row-major, `count` x epochs, and is left as it is; the same array comes back where nothing is
 * missing.
 */
export function fillGaps(axis: EpochAxis, displacements: Float32Array, count: number): Float32Array {
  const epochs = axis.days.length;
  let filled = displacements;
  for (let row = 0; row < count; row++) {
    const start = row * epochs;
    if (areFinite(displacements, start, start + epochs)) continue;
    for (let i = start; i < start + epochs; i++) {
      if (!Number.isNaN(displacements[i])) continue;
      if (filled === displacements) filled = displacements.slice(0, count * epochs);
      fillSeries(axis, filled.subarray(start, start + epochs));
      break;
    }
  }
  return filled;
}

function fillSeries({ days }: EpochAxis, series: Float32Array): void {
  let before = -1;
  let i = 0;
  while (i < series.length) {
    if (!Number.isNaN(series[i])) {
      before = i++;
      continue;
    }
    let after = i + 1;
    while (after < series.length && Number.isNaN(series[after])) after++;
    const next = after < series.length ? series[after] : before >= 0 ? series[before] : 0;
    const previous = before >= 0 ? series[before] : next;
    const from = before >= 0 ? days[before] : days[i] - 1;
    const to = after < series.length ? days[after] : days[series.length - 1] + 1;
    for (; i < after; i++) series[i] = previous + ((next - previous) * (days[i] - from)) / (to - from);
  }
}
