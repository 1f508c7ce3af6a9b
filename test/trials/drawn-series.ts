import { choleskyFactor } from '../../src/kinematics/linear-algebra.js';
import { correlationMatrix, type NoiseModel } from '../../src/kinematics/noise-model.js';
import type { Random } from '../../src/random.js';
import { createEpochAxis, type EpochAxis } from '../../src/series/epoch-axis.js';
import type { SeriesBatch } from '../../src/series/series-batch.js';

/** Dates a satellite might give: every 6 or 12 days (the slower rhythm in the second half), a tenth left out. */
export function drawAxis(random: Random, dates: number): EpochAxis {
  const days: number[] = [];
  let day = 17_000 + random.integer(365);
  for (let i = 0; days.length < dates; i++) {
    if (i === 0 || !random.chance(0.1)) days.push(day);
    day += days.length < dates / 2 && dates > 100 ? 6 : 12;
  }
  return createEpochAxis(days);
}

/** Draws series of noise with a given correlation: a function that adds one to a row. */
export function createNoiseSource(
  model: NoiseModel,
  axis: EpochAxis,
  random: Random,
): (target: Float32Array, offset: number, deviation: number) => void {
  const epochs = axis.days.length;
  const factor = choleskyFactor(correlationMatrix(model, axis), epochs);
  if (factor === undefined) throw new RangeError('The noise model is not positive definite on this axis.');
  const draws = new Float64Array(epochs);
  return (target, offset, deviation) => {
    for (let i = 0; i < epochs; i++) draws[i] = deviation * random.normal();
    for (let row = 0; row < epochs; row++) {
      let sum = 0;
      for (let k = 0; k <= row; k++) sum += factor[row * epochs + k] * draws[k];
      target[offset + row] += sum;
    }
  };
}

/** A batch of bare series, numbered, at one place. */
export function batchOfSeries(axis: EpochAxis, displacements: Float32Array): SeriesBatch {
  const count = displacements.length / axis.days.length;
  return {
    axis,
    count,
    pids: Array.from({ length: count }, (_, index) => String(index)),
    longitude: new Float64Array(count),
    latitude: new Float64Array(count),
    displacements,
    attributes: [],
  };
}
