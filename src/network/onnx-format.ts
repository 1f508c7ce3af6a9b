import type { ElementType, Shape, TensorData } from './tensor.js';

/** Operator set that the graphs are written against, and the format version that came with it. */
export const OPSET_VERSION = 17;
export const IR_VERSION = 8;

/** Codes of `TensorProto.DataType` in onnx.proto. */
export const ELEMENT_TYPE_CODES: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  float32: 4,
  uint8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float64: 8,
};

/** Codes of `AttributeProto.AttributeType` for the kinds used here. */
export const ATTRIBUTE_CODES = { float: 1, int: 2, ints: 7 } as const;

/** The value of a node's attribute, tagged because an ONNX integer and an ONNX float are both numbers here. */
export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] };

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

/** A whole model, as much of ONNX as this project writes. */
export interface OnnxModel {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, TensorData>;
  readonly metadata: Readonly<Record<string, string>>;
}

export function int(value: number): OnnxAttribute {
  return { kind: 'int', value };
}

export function ints(value: readonly number[]): OnnxAttribute {
  return { kind: 'ints', value };
}

export function float(value: number): OnnxAttribute {
  return { kind: 'float', value };
}
