import type { OnnxAttribute, OnnxModel, OnnxNode } from './onnx-format.js';
import { encodeModel } from './onnx-writer.js';
import type { Dimension, ElementType, Shape, TensorData, TensorValues } from './tensor.js';

/** A value of a graph under construction: a name, what it will hold, and the graph it belongs to. */
export interface Tensor {
  readonly graph: Graph;
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

/** One way in which a result depends on an operand: from the gradient of the result to that of the operand. */
export type GradientRule = readonly [operand: Tensor, rule: (gradient: Tensor) => Tensor];

/** A graph under construction. Functions that take tensors append to the graph the tensors belong to. */
export interface Graph {
  readonly nodes: OnnxNode[];
  readonly inputs: Tensor[];
  readonly constants: Map<string, TensorData>;
  /** How results were computed from operands, in order, for `gradients`. */
  readonly tape: { readonly result: Tensor; readonly rules: readonly GradientRule[] }[];
  /** Small constants already made, by their content. */
  readonly constantNames: Map<string, string>;
}

export function createGraph(): Graph {
  return { nodes: [], inputs: [], constants: new Map(), tape: [], constantNames: new Map() };
}

/** A value that is fed when the graph runs. */
export function declareInput(graph: Graph, name: string, type: ElementType, shape: Shape): Tensor {
  const tensor = { graph, name, type, shape };
  graph.inputs.push(tensor);
  return tensor;
}

/** A value that is part of the model under its own name: a weight, a matrix. */
export function declareConstant(graph: Graph, name: string, value: TensorData): Tensor {
  if (graph.constants.has(name)) throw new Error(`The graph already has a constant "${name}".`);
  graph.constants.set(name, value);
  return { graph, name, type: value.type, shape: value.shape };
}

/** A small value without a name of its own; equal ones are stored once. */
export function constant(
  graph: Graph,
  type: ElementType,
  values: readonly number[],
  shape: readonly number[],
): Tensor {
  const key = `${type} [${shape.join()}] ${values.join()}`;
  let name = graph.constantNames.get(key);
  if (name === undefined) {
    name = `constant_${graph.constantNames.size}`;
    graph.constantNames.set(key, name);
    graph.constants.set(name, { type, data: valuesOf(type, values), shape });
  }
  return { graph, name, type, shape };
}

/** A scalar of the same element type as a tensor. */
export function scalar(like: Tensor, value: number): Tensor {
  return constant(like.graph, like.type, [value], []);
}

/** A list of integers, as ONNX takes shapes, axes and pads. */
export function integers(graph: Graph, values: readonly number[]): Tensor {
  return constant(graph, 'int64', values, [values.length]);
}

/** Appends a node with one result. */
export function emit(
  operator: string,
  operands: readonly Tensor[],
  shape: Shape,
  options: {
    readonly type?: ElementType;
    readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  } = {},
): Tensor {
  const type = options.type ?? operands[0].type;
  return emitMany(operator, operands, [{ shape, type }], options.attributes)[0];
}

/** Appends a node with several results. */
export function emitMany(
  operator: string,
  operands: readonly Tensor[],
  results: readonly { readonly shape: Shape; readonly type: ElementType }[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): Tensor[] {
  const { graph } = operands[0];
  const stem = `${operator.toLowerCase()}_${graph.nodes.length}`;
  const tensors = results.map(({ shape, type }, index) => {
    return { graph, name: index === 0 ? stem : `${stem}_${index}`, type, shape };
  });
  graph.nodes.push({
    operator,
    inputs: operands.map((operand) => operand.name),
    outputs: tensors.map((tensor) => tensor.name),
    attributes,
  });
  return tensors;
}

/** Notes how a result depends on its operands, so that gradients can pass; returns the result. */
export function differentiable(result: Tensor, rules: readonly GradientRule[]): Tensor {
  result.graph.tape.push({ result, rules });
  return result;
}

export interface EncodeOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Names of constants that are kept although no result needs them. */
  readonly kept?: Iterable<string>;
}

/**
 * The graph as ONNX bytes, with the results under the names given. Nodes, constants and inputs that no result needs
 * are left out.
 */
export function encodeGraph(
  graph: Graph,
  results: Readonly<Record<string, Tensor>>,
  options: EncodeOptions = {},
): Uint8Array {
  return encodeModel(selectModel(graph, results, options));
}

function selectModel(
  graph: Graph,
  results: Readonly<Record<string, Tensor>>,
  { metadata = {}, kept = [] }: EncodeOptions,
): OnnxModel {
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const [name, tensor] of Object.entries(results)) {
    if (computed.has(tensor.name) && !renamed.has(tensor.name)) renamed.set(tensor.name, name);
    else copies.push({ operator: 'Identity', inputs: [tensor.name], outputs: [name], attributes: {} });
  }
  const needed = new Set([...kept, ...Object.values(results).map((tensor) => tensor.name)]);
  const nodes: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    nodes.push(node);
  }
  const rename = (name: string) => renamed.get(name) ?? name;
  return {
    nodes: [...nodes.reverse(), ...copies].map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
    initializers: new Map([...graph.constants].filter(([name]) => needed.has(name))),
    inputs: graph.inputs.filter(({ name }) => needed.has(name)),
    outputs: Object.entries(results).map(([name, { type, shape }]) => ({ name, type, shape })),
    metadata,
  };
}

function valuesOf(type: ElementType, values: readonly number[]): TensorValues {
  switch (type) {
    case 'float32':
      return Float32Array.from(values);
    case 'float64':
      return Float64Array.from(values);
    case 'int64':
      return BigInt64Array.from(values, BigInt);
    case 'int32':
      return Int32Array.from(values);
    default:
      return Uint8Array.from(values);
  }
}

/** Sizes as ONNX wants them in a reshape: at most one may be unknown, and stands as -1. */
export function reshapeSizes(shape: readonly Dimension[]): number[] {
  if (shape.filter((size) => typeof size === 'string').length > 1) {
    throw new Error(`Only one size of [${shape.join(', ')}] may be unknown.`);
  }
  return shape.map((size) => (typeof size === 'number' ? size : -1));
}
