import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { gradients } from './gradients.js';
import { constant, createGraph, declareInput, encodeGraph, type Tensor } from './graph.js';
import { gelu, leakyRelu, relu, sigmoid, swish, tanh } from './ops/activation.js';
import {
  absolute,
  add,
  clip,
  divide,
  logarithm,
  multiply,
  negate,
  square,
  squareRoot,
  subtract,
} from './ops/arithmetic.js';
import { expand, reduceSum } from './ops/broadcast.js';
import { convolve, convolveDepthwise } from './ops/convolution.js';
import { sigmoidCrossEntropy, softmaxCrossEntropy } from './ops/loss.js';
import { affine, matmul } from './ops/matrix.js';
import { averagePool, maxPool } from './ops/pooling.js';
import { reduceMax, reduceMean } from './ops/reduction.js';
import { greater, maximum, minimum, where } from './ops/selection.js';
import { concat, pad, reshape, slice, transpose } from './ops/shape.js';
import { type ElementType, elementCount, type TensorData } from './tensor.js';

const runtime = await loadNodeRuntime();

interface Case {
  readonly shapes: readonly (readonly number[])[];
  readonly build: (...operands: Tensor[]) => Tensor;
  /** Range of the random operands; away from kinks and poles. */
  readonly range?: readonly [number, number];
  readonly type?: ElementType;
}

const two = [
  [3, 4],
  [3, 4],
];
const sequence = [2, 9, 3];

const CASES: Readonly<Record<string, Case>> = {
  add: { shapes: two, build: add },
  'add, broadcast': { shapes: [[3, 4], [4]], build: add },
  subtract: {
    shapes: [
      [3, 1],
      [2, 3, 4],
    ],
    build: subtract,
  },
  multiply: {
    shapes: [
      [2, 3, 4],
      [3, 1],
    ],
    build: multiply,
  },
  divide: { shapes: [[3, 4], [4]], build: divide, range: [0.5, 2] },
  'by a number': { shapes: [[3, 4]], build: (x) => divide(subtract(multiply(x, 3), 2), 7) },
  negate: { shapes: [[3, 4]], build: negate },
  absolute: { shapes: [[3, 4]], build: absolute },
  logarithm: { shapes: [[3, 4]], build: logarithm, range: [0.5, 2] },
  squareRoot: { shapes: [[3, 4]], build: squareRoot, range: [0.5, 2] },
  square: { shapes: [[3, 4]], build: square },
  clip: { shapes: [[5, 6]], build: (x) => clip(x, -0.5, 0.7) },
  maximum: { shapes: two, build: maximum },
  minimum: { shapes: [[3, 4], [4]], build: minimum },
  tanh: { shapes: [[3, 4]], build: tanh },
  sigmoid: { shapes: [[3, 4]], build: sigmoid },
  relu: { shapes: [[3, 4]], build: relu },
  leakyRelu: { shapes: [[3, 4]], build: (x) => leakyRelu(x, 0.3), type: 'float32' },
  swish: { shapes: [[3, 4]], build: swish },
  gelu: { shapes: [[3, 4]], build: gelu, type: 'float32' },
  matmul: {
    shapes: [
      [3, 4],
      [4, 2],
    ],
    build: matmul,
  },
  'matmul, rows of a batch': {
    shapes: [
      [2, 3, 4],
      [4, 2],
    ],
    build: matmul,
  },
  'matmul, two batches': {
    shapes: [
      [2, 3, 4],
      [2, 4, 2],
    ],
    build: matmul,
  },
  affine: { shapes: [[2, 3, 4], [4, 2], [2]], build: affine },
  reshape: { shapes: [[3, 4]], build: (x) => reshape(x, [2, 6]) },
  transpose: { shapes: [[2, 3, 4]], build: (x) => transpose(x, [2, 0, 1]) },
  concat: {
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (a, b) => concat([a, b, a], 1),
  },
  slice: { shapes: [[2, 9, 3]], build: (x) => slice(x, 1, 2, 8) },
  'slice by steps': { shapes: [[2, 9, 3]], build: (x) => slice(x, 1, 1, 8, 3) },
  pad: { shapes: [[2, 3]], build: (x) => pad(x, 1, 2, 1) },
  expand: { shapes: [[3, 1]], build: (x) => expand(x, [2, 3, 4]) },
  reduceSum: { shapes: [[2, 3, 4]], build: (x) => reduceSum(x, [0, 2]) },
  reduceMean: { shapes: [[2, 3, 4]], build: (x) => reduceMean(x, [1], true) },
  reduceMax: { shapes: [[2, 3, 4]], build: (x) => reduceMax(x, [1]) },
  where: { shapes: two, build: (a, b) => where(greater(a, b), square(a), tanh(b)) },
  convolve: { shapes: [sequence, [9, 4], [4]], build: (x, w, b) => convolve(x, w, b, { kernel: 3 }) },
  'convolve, same, strided, dilated': {
    shapes: [sequence, [9, 4], [4]],
    build: (x, w, b) => convolve(x, w, b, { kernel: 3, stride: 2, dilation: 2, padding: 'same' }),
  },
  'convolve depthwise': {
    shapes: [sequence, [5, 3], [3]],
    build: (x, w, b) => convolveDepthwise(x, w, b, { kernel: 5, dilation: 3, padding: 'same' }),
    type: 'float32',
  },
  'convolve depthwise, strided': {
    shapes: [[2, 11, 3], [3, 3], [3]],
    build: (x, w, b) => convolveDepthwise(x, w, b, { kernel: 3, dilation: 2, stride: 3 }),
    type: 'float32',
  },
  maxPool: { shapes: [sequence], build: (x) => maxPool(x, 2) },
  averagePool: { shapes: [sequence], build: (x) => averagePool(x, 2) },
  'softmax cross entropy': {
    shapes: [[2, 3]],
    build: (x) => {
      const targets = constant(x.graph, x.type, [0.1, 0.2, 0.7, 0, 1, 0], [2, 3]);
      return softmaxCrossEntropy(x, targets, constant(x.graph, x.type, [0.25, 2], [2]));
    },
  },
  'sigmoid cross entropy': {
    shapes: [[3, 2]],
    build: (x) => {
      const targets = constant(x.graph, x.type, [0.1, 0.9, 0, 1, 0.5, 0.3], [3, 2]);
      return sigmoidCrossEntropy(x, targets, constant(x.graph, x.type, [0.25, 2, 0], [3]));
    },
  },
};

describe('gradients', () => {
  for (const [name, item] of Object.entries(CASES)) {
    it(`of ${name} are those of finite differences`, async () => {
      const worst = await worstDeviation(item, name);
      // Central differences are good to about the square of the step, in float32 to about a thousandth.
      expect(worst).toBeLessThan(item.type === 'float32' ? 3e-3 : 1e-7);
    });
  }

  it('pass through several uses of one value', async () => {
    const graph = createGraph();
    const x = declareInput(graph, 'x', 'float64', [3]);
    const loss = reduceSum(add(multiply(x, x), multiply(x, 5)), [0]);
    const [gradient] = gradients(loss, [x]);
    const session = await runtime.createSession(encodeGraph(graph, { gradient }));
    const result = await session.run({ x: { type: 'float64', data: Float64Array.of(1, -2, 4), shape: [3] } });
    await session.dispose();
    expect([...(result.gradient.data as Float64Array)]).toEqual([7, 1, 13]);
  });

  it('are shared between values that tie for the maximum', async () => {
    const graph = createGraph();
    const x = declareInput(graph, 'x', 'float64', [1, 4]);
    const [gradient] = gradients(reduceSum(reduceMax(x, [1]), [0]), [x]);
    const session = await runtime.createSession(encodeGraph(graph, { gradient }));
    const result = await session.run({
      x: { type: 'float64', data: Float64Array.of(2, 1, 2, 0), shape: [1, 4] },
    });
    await session.dispose();
    expect([...(result.gradient.data as Float64Array)]).toEqual([0.5, 0, 0.5, 0]);
  });

  it('are refused for a value without influence', () => {
    const graph = createGraph();
    const x = declareInput(graph, 'x', 'float64', [3]);
    const y = declareInput(graph, 'y', 'float64', [3]);
    expect(() => gradients(reduceSum(x, [0]), [y])).toThrow('"y" has no influence');
  });
});

/** Largest relative difference between the gradients of a graph and central differences of its loss. */
async function worstDeviation(item: Case, seed: string): Promise<number> {
  const type = item.type ?? 'float64';
  const [low, high] = item.range ?? [-1.5, 1.5];
  const random = createRandom(seed);
  const graph = createGraph();
  const operands = item.shapes.map((shape, index) => declareInput(graph, `x${index}`, type, shape));
  const result = item.build(...operands);
  const flat = reshape(result, [elementCount(result.shape as number[])]);
  const mixing = declareInput(graph, 'mixing', type, flat.shape);
  const loss = reduceSum(multiply(flat, mixing), [0]);
  const parts = gradients(loss, operands);
  const results = Object.fromEntries(parts.map((part, index) => [`gradient${index}`, part]));
  const session = await runtime.createSession(encodeGraph(graph, { loss, ...results }));
  const draw = (shape: readonly number[]) => randomTensor(type, shape, () => random.between(low, high));
  const values = item.shapes.map(draw);
  const feeds: Record<string, TensorData> = { mixing: draw(flat.shape as number[]) };
  values.forEach((value, index) => {
    feeds[`x${index}`] = value;
  });
  const exact = await session.run(feeds);
  const step = type === 'float32' ? 1e-2 : 1e-5;
  let worst = 0;
  for (const [index, { data }] of values.entries()) {
    const numbers = data as Float64Array;
    for (let i = 0; i < numbers.length; i++) {
      const kept = numbers[i];
      const lossAt = async (value: number) => {
        numbers[i] = value;
        return Number((await session.run(feeds)).loss.data[0]);
      };
      const difference = (await lossAt(kept + step)) - (await lossAt(kept - step));
      numbers[i] = kept;
      const gradient = Number(exact[`gradient${index}`].data[i]);
      worst = Math.max(worst, Math.abs(gradient - difference / (2 * step)) / (1 + Math.abs(gradient)));
    }
  }
  await session.dispose();
  return worst;
}

function randomTensor(type: ElementType, shape: readonly number[], draw: () => number): TensorData {
  const numbers = Array.from({ length: elementCount(shape) }, draw);
  const data = type === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers);
  return { type, data, shape };
}
