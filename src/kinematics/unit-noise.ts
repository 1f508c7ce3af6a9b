import type { Random } from '../random.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import type { NoiseModel } from './noise-model.js';

/** Adds noise of unit variance to a row, one value an epoch. */
export type UnitNoise = (random: Random, row: Float32Array) => void;

/**
 * Draws noise of a model on an axis: white noise, and for each exponential part an autoregressive walk from date to
 * date, z_i = r z_(i-1) + sqrt(1 - r^2) e_i with r = exp(-lag / days), whose correlation is exactly the model's.
 */
export function createUnitNoise({ whiteShare, exponentials }: NoiseModel, axis: EpochAxis): UnitNoise {
  const { days } = axis;
  const epochs = days.length;
  const white = Math.sqrt(whiteShare);
  const walks = exponentials.map(({ share, days: constant }) => {
    const kept = Float64Array.from(days, (day, i) =>
      i === 0 ? 0 : Math.exp(-(day - days[i - 1]) / constant),
    );
    return { kept, fresh: kept.map((correlation) => Math.sqrt(share * (1 - correlation * correlation))) };
  });
  return (random, row) => {
    for (let i = 0; i < epochs; i++) row[i] += white * random.normal();
    for (const { kept, fresh } of walks) {
      let value = 0;
      for (let i = 0; i < epochs; i++) {
        value = kept[i] * value + fresh[i] * random.normal();
        row[i] += value;
      }
    }
  };
}
