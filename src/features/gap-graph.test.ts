import { describe, expect, it } from 'vitest';
import { createGraph, encodeGraph } from '../network/graph.js';
import { float32Tensor } from '../network/tensor.js';
import { createRandom } from '../random.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';
import { DISPLACEMENT_INPUT, declareDisplacement } from './front-end.js';
import { appendGapFilling } from './gap-graph.js';

const runtime = await loadNodeRuntime();

describe('filling gaps inside a graph', () => {
  it.each([2, 3, 16, 61, 139])('equals the plain function to the last bit on %i dates', async (epochs) => {
    const random = createRandom(epochs);
    let day = 18_000;
    const axis = createEpochAxis(
      Array.from({ length: epochs }, () => {
        day += [6, 12, 24, 61][random.integer(4)];
        return day;
      }),
    );
    const rows = 200;
    const displacements = Float32Array.from({ length: rows * epochs }, (_, i) => {
      const share = (Math.floor(i / epochs) % 11) / 10;
      return random.chance(share) ? Number.NaN : 50 * random.normal();
    });
    const graph = createGraph();
    const filled = appendGapFilling(declareDisplacement(graph, axis), axis);
    const session = await runtime.createSession(encodeGraph(graph, { filled }));
    const results = await session.run({ [DISPLACEMENT_INPUT]: float32Tensor(displacements, [rows, epochs]) });
    await session.dispose();
    expect(results.filled.data).toEqual(fillGaps(axis, displacements, rows));
  });
});
