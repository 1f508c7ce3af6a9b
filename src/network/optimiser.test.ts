import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { createGraph, declareInput, encodeGraph } from './graph.js';
import { clipGradient, createAdam, type Optimiser, withAverage } from './optimiser.js';
import { float32Tensor, type TensorData } from './tensor.js';

const runtime = await loadNodeRuntime();
const START = [0.5, -1, 2, 0.01];
const DECAYED = [1, 1, 0, 1];

describe('Adam', () => {
  it.each([0, 0.1])('follows its published steps with weight decay %d', async (weightDecay) => {
    const gradients = drawGradients(6);
    const rates = [0.1, 0.1, 0.05, 0.02, 0.02, 0.01];
    const { parameters } = await runSteps(createAdam({ weightDecay }), gradients, rates);
    const expected = computeAdam(gradients, rates, weightDecay);
    expected.forEach((value, i) => {
      expect(parameters[i]).toBeCloseTo(value, 5);
    });
  });

  it('moves by the learning rate in its first step, whatever the size of the gradient', async () => {
    const { parameters } = await runSteps(createAdam(), [[1000, -1000, 1e-2, 5]], [0.1]);
    [0.4, -0.9, 1.9, -0.09].forEach((value, i) => {
      expect(parameters[i]).toBeCloseTo(value, 4);
    });
  });
});

describe('a running average', () => {
  it('follows the parameters, quickly at first', async () => {
    const gradients = drawGradients(3);
    const rates = [0.1, 0.1, 0.1];
    const { average } = await runSteps(withAverage(createAdam(), 0.3), gradients, rates);
    let expected = START;
    for (let steps = 1; steps <= 3; steps++) {
      const now = computeAdam(gradients.slice(0, steps), rates, 0);
      const kept = [2 / 11, 3 / 12, 0.3][steps - 1];
      expected = expected.map((value, i) => kept * value + (1 - kept) * now[i]);
    }
    expected.forEach((value, i) => {
      expect(average[i]).toBeCloseTo(value, 5);
    });
  });
});

describe('clipping', () => {
  it.each([
    [[3, 4, 0], 10, [3, 4, 0]],
    [[30, 40, 0], 10, [6, 8, 0]],
    [[0, 0, 0], 10, [0, 0, 0]],
  ])('of %j to %d gives %j', async (gradient, longest, expected) => {
    const graph = createGraph();
    const clipped = clipGradient(declareInput(graph, 'gradient', 'float32', [3]), longest);
    const session = await runtime.createSession(encodeGraph(graph, { clipped }));
    const result = await session.run({ gradient: vector(gradient) });
    await session.dispose();
    expected.forEach((value, i) => {
      expect(Number(result.clipped.data[i])).toBeCloseTo(value, 5);
    });
  });
});

function drawGradients(count: number): number[][] {
  const random = createRandom('gradients');
  return Array.from({ length: count }, () => START.map(() => random.normal()));
}

/** Runs an optimiser's graph; gives back the parameters and slots that it ends with. */
async function runSteps(optimiser: Optimiser, gradients: readonly number[][], rates: readonly number[]) {
  const graph = createGraph();
  const declare = (name: string) => declareInput(graph, name, 'float32', [START.length]);
  const slotNames = Object.keys(optimiser.init(new Float32Array(0)));
  const slots = Object.fromEntries(slotNames.map((name) => [name, declare(name)]));
  const scalars = Object.fromEntries(
    Object.keys(optimiser.scalars(1, 1)).map((name) => [name, declareInput(graph, name, 'float32', [])]),
  );
  const vectors = { parameters: declare('parameters'), slots };
  const next = optimiser.update(vectors, declare('gradient'), scalars, declare('decayed'));
  const results = Object.fromEntries(Object.entries(next.slots).map(([name, slot]) => [`new.${name}`, slot]));
  const model = encodeGraph(graph, { 'new.parameters': next.parameters, ...results });
  const session = await runtime.createSession(model);
  let state: Record<string, TensorData> = { parameters: vector(START) };
  for (const [name, values] of Object.entries(optimiser.init(Float32Array.from(START)))) {
    state[name] = vector([...values]);
  }
  const used = new Set(session.inputNames);
  for (const [index, gradient] of gradients.entries()) {
    const feeds: Record<string, TensorData> = {
      ...state,
      gradient: vector(gradient),
      decayed: vector(DECAYED),
    };
    for (const [name, value] of Object.entries(optimiser.scalars(index + 1, rates[index]))) {
      feeds[name] = float32Tensor(Float32Array.of(value), []);
    }
    const result = await session.run(
      Object.fromEntries(Object.entries(feeds).filter(([name]) => used.has(name))),
    );
    state = Object.fromEntries(Object.keys(state).map((name) => [name, result[`new.${name}`]]));
  }
  await session.dispose();
  return Object.fromEntries(Object.entries(state).map(([name, { data }]) => [name, data as Float32Array]));
}

/** The algorithm as it is printed, in double precision. */
function computeAdam(
  gradients: readonly number[][],
  rates: readonly number[],
  weightDecay: number,
): number[] {
  return START.map((start, i) => {
    let value = start;
    let mean = 0;
    let square = 0;
    gradients.forEach((gradient, step) => {
      mean = 0.9 * mean + 0.1 * gradient[i];
      square = 0.999 * square + 0.001 * gradient[i] ** 2;
      const direction =
        mean / (1 - 0.9 ** (step + 1)) / (Math.sqrt(square / (1 - 0.999 ** (step + 1))) + 1e-7);
      value -= rates[step] * (direction + weightDecay * DECAYED[i] * value);
    });
    return value;
  });
}

function vector(values: readonly number[]): TensorData {
  return float32Tensor(Float32Array.from(values), [values.length]);
}
