import type { Random } from '../random.js';
import { createEpochAxis, type EpochAxis } from '../series/epoch-axis.js';

/** Series on one date axis, row-major, mm. */
export interface SeriesOnAxis {
  readonly axis: EpochAxis;
  readonly count: number;
  readonly displacements: Float32Array;
}

const MOST_CROPPED = 0.035;
const MOST_DROPPED = 0.2;
/** Share of copies on every other date only, of those long enough to bear it. */
const HALVED_SHARE = 0.1;
const FEWEST_AFTER_HALVING = 90;
const SCALE_LOG_DEVIATION = 0.03;
/** White noise added, in parts of the noise from date to date. */
const MOST_NOISE = 0.35;
/** Mean absolute difference of two values of normal noise, in standard deviations: 2 / sqrt(pi). */
const ABSOLUTE_DIFFERENCE = 1.128;

/**
 * A copy of some series that an eye would label as before: ends cropped a little, dates left out, time reversed for
 * half of the copies, sign for half of the series, a slightly other scale, some noise added.
 */
export function augmentSeries({ axis, count, displacements }: SeriesOnAxis, random: Random): SeriesOnAxis {
  const epochs = axis.days.length;
  const kept = chooseDates(epochs, random);
  if (random.chance(0.5)) kept.reverse();
  const lastDay = axis.days[epochs - 1];
  const isReversed = kept[0] > kept[1];
  const days = kept.map((i) => (isReversed ? lastDay - axis.days[i] : axis.days[i]));
  const copy = new Float32Array(count * kept.length);
  for (let row = 0; row < count; row++) {
    const series = displacements.subarray(row * epochs, (row + 1) * epochs);
    const scale = random.sign() * Math.exp(SCALE_LOG_DEVIATION * random.normal());
    const noise = random.between(0, MOST_NOISE) * differenceNoise(series);
    kept.forEach((from, to) => {
      copy[row * kept.length + to] = scale * series[from] + noise * random.normal();
    });
  }
  return { axis: createEpochAxis(days), count, displacements: copy };
}

function chooseDates(epochs: number, random: Random): number[] {
  const first = Math.floor(random.between(0, MOST_CROPPED) * epochs);
  const last = epochs - Math.floor(random.between(0, MOST_CROPPED) * epochs);
  const dropped = random.between(0, MOST_DROPPED);
  const every = epochs >= 2 * FEWEST_AFTER_HALVING && random.chance(HALVED_SHARE) ? 2 : 1;
  const kept: number[] = [];
  for (let i = first; i < last; i++) {
    if (i % every === 0 && !random.chance(dropped)) kept.push(i);
  }
  return kept;
}

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
