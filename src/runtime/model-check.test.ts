import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { createGraph, declareConstant, declareInput, emit, encodeGraph } from '../network/graph.js';
import { int } from '../network/onnx-format.js';
import { add } from '../network/ops/arithmetic.js';
import { float32Tensor } from '../network/tensor.js';
import { checkModel } from './model-check.js';
import { loadNodeRuntime } from './session.node.js';

describe('a model from elsewhere', () => {
  it('is opened when it is what a classifier is', async () => {
    expect(checkModel(buildModel()).nodes).toHaveLength(1);
    const session = await (await loadNodeRuntime()).createSession(buildModel());
    const { y } = await session.run({ x: float32Tensor(Float32Array.of(1, 2, 3), [3]) });
    expect([...(y.data as Float32Array)]).toEqual([2, 4, 6]);
    await session.dispose();
  });

  it('is refused for operators that could do harm', () => {
    const graph = createGraph();
    const x = declareInput(graph, 'x', 'int64', [1]);
    const y = emit('ConstantOfShape', [x], ['any'], { type: 'float32', attributes: { value: int(0) } });
    expectRefusal(encodeGraph(graph, { y }), 'ConstantOfShape');
  });

  it('is refused for operators of another domain', () => {
    expectRefusal(appendField(buildModel(), 8, operatorSet('com.example', 1)), 'com.example');
  });

  it('is refused for a later operator set', () => {
    expectRefusal(appendField(buildModel(), 8, operatorSet('', 23)), 'operator set is 23');
  });

  it('is refused for functions', () => {
    expectRefusal(
      appendField(buildModel(), 25, () => {}),
      'functions',
    );
  });

  it('is refused for weights in another file', () => {
    const external = appendField(buildModel(), 7, (graph) => {
      graph.writeMessage(5, writeExternalWeights, undefined);
    });
    expectRefusal(external, 'external data');
  });

  it('is refused for branches and loops', () => {
    const branching = appendField(buildModel(), 7, (graph) => {
      graph.writeMessage(1, writeBranch, undefined);
    });
    expectRefusal(branching, 'not allowed: Add');
  });

  it('is refused for its size', () => {
    expectRefusal(new Uint8Array(64 * 1024 * 1024 + 1), 'larger than 64 MB');
  });

  it('that ONNX Runtime does not understand gives a model error', async () => {
    const graph = createGraph();
    const x = declareInput(graph, 'x', 'float32', [3]);
    const y = emit(
      'MatMul',
      [x, declareConstant(graph, 'w', float32Tensor(new Float32Array(8), [4, 2]))],
      [2],
    );
    const runtime = await loadNodeRuntime();
    await expect(runtime.createSession(encodeGraph(graph, { y }))).rejects.toMatchObject({ code: 'model' });
  });

  it('that is fed the wrong shape gives a model error', async () => {
    const session = await (await loadNodeRuntime()).createSession(buildModel());
    const feeds = { x: float32Tensor(Float32Array.of(1, 2), [2]) };
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'model' });
    await session.dispose();
  });
});

function expectRefusal(bytes: Uint8Array, reason: string): void {
  expect(() => checkModel(bytes)).toThrow(reason);
  expect(() => checkModel(bytes)).toThrowError(expect.objectContaining({ code: 'model' }));
}

function buildModel(): Uint8Array {
  const graph = createGraph();
  const x = declareInput(graph, 'x', 'float32', [3]);
  return encodeGraph(graph, { y: add(x, x) });
}

/** Fields of a message may stand anywhere, and a message may come in parts: adding one at the end changes a model. */
function appendField(model: Uint8Array, field: number, write: (writer: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  writer.writeMessage(field, (_: undefined, nested: PbfWriter) => write(nested), undefined);
  const added = writer.finish();
  const bytes = new Uint8Array(model.length + added.length);
  bytes.set(model);
  bytes.set(added, model.length);
  return bytes;
}

function operatorSet(domain: string, version: number): (writer: PbfWriter) => void {
  return (writer) => {
    writer.writeTag(1, 2);
    writer.writeString(domain);
    writer.writeTag(2, 0);
    writer.writeVarint(version);
  };
}

function writeExternalWeights(_: undefined, tensor: PbfWriter): void {
  tensor.writeTag(2, 0);
  tensor.writeVarint(1);
  tensor.writeTag(14, 0);
  tensor.writeVarint(1);
}

function writeBranch(_: undefined, node: PbfWriter): void {
  node.writeTag(4, 2);
  node.writeString('Add');
  node.writeMessage(5, writeSubgraph, undefined);
}

function writeSubgraph(_: undefined, attribute: PbfWriter): void {
  attribute.writeTag(6, 2);
  attribute.writeBytes(Uint8Array.of());
}
