import { constant, declareConstant, type Tensor } from '../network/graph.js';
import { absolute, add, cast, clip, divide, multiply, negate, subtract } from '../network/ops/arithmetic.js';
import { gather, gatherElements, greater, isMissing, maximum, where } from '../network/ops/selection.js';
import { pad, slice } from '../network/ops/shape.js';
import type { EpochAxis } from '../series/epoch-axis.js';

/**
 * `fillGaps` as a part of a graph: missing values (`NaN`) of [batch, epochs] become straight lines in time between
 * their neighbours, or the nearest value at the ends; series without any value become zeros. The neighbours of every
 * date are found by running maxima over 1, 2, 4, ... dates, whatever is missing. Equal to `fillGaps` to the last bit.
 */
export function appendGapFilling(displacement: Tensor, axis: EpochAxis): Tensor {
  const { graph } = displacement;
  const epochs = axis.days.length;
  const missing = isMissing(displacement);
  const zero = constant(graph, 'float32', [0], []);
  const rising = declareConstant(
    graph,
    'gap.rising',
    indices(epochs, (i) => i + 1),
  );
  const falling = declareConstant(
    graph,
    'gap.falling',
    indices(epochs, (i) => epochs - i),
  );
  const days = declareConstant(graph, 'gap.days', {
    type: 'float64',
    data: Float64Array.from(axis.days),
    shape: [epochs],
  });
  // Positions counted from 1, forwards and backwards, so that 0 says that there is no neighbour.
  const before = runningMaximum(where(missing, zero, rising), epochs, 'forwards');
  const after = runningMaximum(where(missing, zero, falling), epochs, 'backwards');
  const beforeAt = cast(clip(add(before, -1), 0, epochs - 1), 'int64');
  const afterAt = cast(clip(add(negate(after), epochs), 0, epochs - 1), 'int64');
  const clean = cast(where(missing, zero, displacement), 'float64');
  const nothing = constant(graph, 'float64', [0], []);
  const hasBefore = greater(before, 0);
  const hasAfter = greater(after, 0);
  const valueBefore = gatherElements(clean, beforeAt, 1);
  const valueAfter = gatherElements(clean, afterAt, 1);
  const next = where(hasAfter, valueAfter, where(hasBefore, valueBefore, nothing));
  const previous = where(hasBefore, valueBefore, next);
  const from = gather(days, beforeAt, 0);
  // Where both neighbours are the date itself, or one is lacking, the rise is 0 and the days between do not matter.
  const between = maximum(absolute(subtract(gather(days, afterAt, 0), from)), 1);
  const rise = divide(multiply(subtract(next, previous), subtract(days, from)), between);
  return cast(add(previous, rise), 'float32');
}

/** The greatest value so far, along the dates or against them; all values are 0 or more. */
function runningMaximum(x: Tensor, epochs: number, direction: 'forwards' | 'backwards'): Tensor {
  let running = x;
  for (let step = 1; step < epochs; step *= 2) {
    const shifted =
      direction === 'forwards'
        ? pad(slice(running, 1, 0, epochs - step), 1, step, 0)
        : pad(slice(running, 1, step, epochs), 1, 0, step);
    running = maximum(running, shifted);
  }
  return running;
}

function indices(epochs: number, value: (index: number) => number) {
  const data = Float32Array.from({ length: epochs }, (_, index) => value(index));
  return { type: 'float32', data, shape: [1, epochs] } as const;
}
