import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { constant, createGraph, declareConstant, declareInput, encodeGraph } from './graph.js';
import { decodeModel } from './onnx-reader.js';
import { add, multiply } from './ops/arithmetic.js';
import { argMax } from './ops/selection.js';
import { pad, reshape } from './ops/shape.js';
import { float32Tensor } from './tensor.js';

describe('an ONNX model', () => {
  it('is read as it was written', () => {
    const model = decodeModel(buildExample());
    expect(model.irVersion).toBe(8);
    expect(model.operatorSets).toEqual([{ domain: '', version: 17 }]);
    expect(model.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 3] }]);
    expect(model.outputs).toEqual([
      { name: 'y', type: 'float32', shape: ['batch', 4] },
      { name: 'places', type: 'int64', shape: ['batch'] },
    ]);
    expect(model.nodes.map(({ operator }) => operator)).toEqual(['Add', 'Pad', 'ArgMax']);
    expect(model.initializers.get('shift')).toEqual(float32Tensor(Float32Array.of(1, -2, 0.5), [3]));
    expect([...model.initializers.values()].some(({ type }) => type === 'int64')).toBe(true);
    expect(model.metadata).toEqual({ author: 'nobody', note: 'à la carte' });
    expect(model.foreignParts).toEqual([]);
  });

  it('has the same bytes each time', () => {
    expect(buildExample()).toEqual(buildExample());
  });

  it('is refused when cut anywhere', () => {
    const bytes = buildExample();
    for (let length = 0; length < bytes.length; length++) {
      let decoded: unknown;
      try {
        decoded = decodeModel(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toMatchObject({ code: 'model' });
        continue;
      }
      // Cut between two fields of the outermost message it is still well formed, only poorer.
      expect(decoded).not.toEqual(decodeModel(bytes));
    }
  });

  it('is refused or read, and nothing else, when bytes are changed', () => {
    const random = createRandom('damage');
    const whole = buildExample();
    for (let round = 0; round < 3000; round++) {
      const bytes = whole.slice();
      for (let change = 0; change < 3; change++) bytes[random.integer(bytes.length)] = random.integer(256);
      try {
        decodeModel(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: 'model' });
      }
    }
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('pid,latitude,longitude\nA,1,2\n')],
    ['zeros', new Uint8Array(1000)],
    ['a ZIP file', Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 1, 2, 3])],
  ])('is not %s', (_, bytes) => {
    expect(() => decodeModel(bytes)).toThrow('not an ONNX model');
  });
});

describe('a graph', () => {
  it('refuses shapes that do not fit', () => {
    const graph = createGraph();
    const x = declareInput(graph, 'x', 'float32', ['batch', 3]);
    expect(() => add(x, declareInput(graph, 'y', 'float32', ['batch', 4]))).toThrow('cannot be combined');
    expect(() => reshape(constant(graph, 'float32', [1, 2, 3], [3]), [2, 2])).toThrow('cannot be reshaped');
    expect(() => declareConstant(graph, 'x', float32Tensor(Float32Array.of(1), [1]))).not.toThrow();
    expect(() => declareConstant(graph, 'x', float32Tensor(Float32Array.of(1), [1]))).toThrow('already has');
  });

  it('leaves out what no result needs', () => {
    const graph = createGraph();
    const x = declareInput(graph, 'x', 'float32', [3]);
    const unused = declareInput(graph, 'unused', 'float32', [3]);
    multiply(unused, 17);
    const model = decodeModel(encodeGraph(graph, { y: add(x, 1) }));
    expect(model.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(model.nodes).toHaveLength(1);
    expect(model.initializers.size).toBe(1);
  });
});

function buildExample(): Uint8Array {
  const graph = createGraph();
  const x = declareInput(graph, 'x', 'float32', ['batch', 3]);
  const shift = declareConstant(graph, 'shift', float32Tensor(Float32Array.of(1, -2, 0.5), [3]));
  const padded = pad(add(x, shift), 1, 1, 0);
  return encodeGraph(
    graph,
    { y: padded, places: argMax(padded, 1) },
    { metadata: { author: 'nobody', note: 'à la carte' } },
  );
}
