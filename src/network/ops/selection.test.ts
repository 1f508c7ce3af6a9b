import { expect, it } from 'vitest';
import { loadNodeRuntime } from '../../runtime/session.node.js';
import { createGraph, declareInput, encodeGraph, integers, type Tensor } from '../graph.js';
import { float32Tensor } from '../tensor.js';
import { cast } from './arithmetic.js';
import { softmax } from './loss.js';
import { argMax, gather, gatherElements, greater, isMissing, maximum, minimum, where } from './selection.js';
import { reshape } from './shape.js';

const VALUES = [3, -1, Number.NaN, 4, 1, 5];

const CASES: Readonly<Record<string, { build: (x: Tensor) => Tensor; expected: readonly number[] }>> = {
  isMissing: { build: (x) => isMissing(x), expected: [0, 0, 1, 0, 0, 0] },
  where: { build: (x) => where(isMissing(x), zeros(x), x), expected: [3, -1, 0, 4, 1, 5] },
  greater: { build: (x) => greater(filled(x), 2), expected: [1, 0, 0, 1, 0, 1] },
  cast: { build: (x) => cast(filled(x), 'int64'), expected: [3, -1, 0, 4, 1, 5] },
  argMax: { build: (x) => argMax(filled(x), 1), expected: [0, 2] },
  gather: { build: (x) => gather(filled(x), integers(x.graph, [2, 0]), 1), expected: [0, 3, 5, 4] },
  gatherElements: {
    build: (x) => gatherElements(filled(x), reshape(argMax(filled(x), 1), [2, 1]), 1),
    expected: [3, 5],
  },
  maximum: { build: (x) => maximum(filled(x), 1), expected: [3, 1, 1, 4, 1, 5] },
  minimum: { build: (x) => minimum(filled(x), 1), expected: [1, -1, 0, 1, 1, 1] },
  softmax: {
    build: (x) => softmax(filled(x)),
    expected: [0.9362395, 0.0171476, 0.0466128, 0.2653879, 0.0132129, 0.7213992],
  },
};

it.each(Object.keys(CASES))('%s gives what it says', async (name) => {
  const graph = createGraph();
  const x = declareInput(graph, 'x', 'float32', [2, 3]);
  const { build, expected } = CASES[name];
  const session = await (await loadNodeRuntime()).createSession(encodeGraph(graph, { y: build(x) }));
  const { y } = await session.run({ x: float32Tensor(Float32Array.from(VALUES), [2, 3]) });
  await session.dispose();
  expect(y.data).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Number(y.data[i])).toBeCloseTo(value, 5);
  });
});

function filled(x: Tensor): Tensor {
  return where(isMissing(x), zeros(x), x);
}

function zeros(x: Tensor): Tensor {
  return cast(greater(x, Number.POSITIVE_INFINITY), x.type);
}
