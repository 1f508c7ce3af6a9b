import { PbfReader } from 'pbf';
import { GroundTrendError } from '../errors.js';
import { ELEMENT_BYTES, ELEMENT_TYPE_CODES } from './onnx-format.js';
import {
  type Dimension,
  type ElementType,
  elementCount,
  type TensorData,
  type TensorValues,
} from './tensor.js';

export interface DecodedNode {
  readonly operator: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The node carries graphs of its own (branches, loops). */
  readonly hasSubgraph: boolean;
}

export interface DecodedValue {
  readonly name: string;
  /** `undefined` for anything but a tensor of a type that this project knows. */
  readonly type: ElementType | undefined;
  readonly shape: readonly Dimension[];
}

/** What an ONNX file holds, as far as is needed to judge it and to take its weights and metadata out. */
export interface DecodedModel {
  readonly irVersion: number;
  readonly operatorSets: readonly { readonly domain: string; readonly version: number }[];
  readonly inputs: readonly DecodedValue[];
  readonly outputs: readonly DecodedValue[];
  readonly nodes: readonly DecodedNode[];
  readonly initializers: ReadonlyMap<string, TensorData>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Parts of ONNX that were met and are not understood here: `functions`, `external data`, ... */
  readonly foreignParts: readonly string[];
}

/** Bytes of an ONNX model to its parts. Throws `model` for anything that is not a whole ONNX file. */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  const model = {
    irVersion: 0,
    operatorSets: [] as { domain: string; version: number }[],
    inputs: [] as DecodedValue[],
    outputs: [] as DecodedValue[],
    nodes: [] as DecodedNode[],
    initializers: new Map<string, TensorData>(),
    metadata: {} as Record<string, string>,
    foreignParts: [] as string[],
  };
  try {
    readMessage(new PbfReader(bytes), bytes.length, (field, reader) => {
      if (field === 1) model.irVersion = reader.readVarint();
      else if (field === 7) readGraph(reader, model);
      else if (field === 8) model.operatorSets.push(readOperatorSet(reader));
      else if (field === 14) Object.assign(model.metadata, readMetadata(reader));
      else if (field === 20) model.foreignParts.push('training information');
      else if (field === 25) model.foreignParts.push('functions');
    });
  } catch (cause) {
    if (cause instanceof GroundTrendError) throw cause;
    throw new GroundTrendError('model', 'This is not an ONNX model, or it is damaged or cut short.', {
      cause,
    });
  }
  if (model.irVersion === 0 || model.nodes.length === 0 || model.outputs.length === 0) {
    throw new GroundTrendError('model', 'This is not an ONNX model: it has no graph.');
  }
  return model;
}

interface GraphParts {
  readonly inputs: DecodedValue[];
  readonly outputs: DecodedValue[];
  readonly nodes: DecodedNode[];
  readonly initializers: Map<string, TensorData>;
  readonly foreignParts: string[];
}

function readGraph(reader: PbfReader, parts: GraphParts): void {
  readNested(reader, (field) => {
    if (field === 1) parts.nodes.push(readNode(reader));
    else if (field === 5) readInitializer(reader, parts);
    else if (field === 11) parts.inputs.push(readValue(reader));
    else if (field === 12) parts.outputs.push(readValue(reader));
    else if (field === 15) parts.foreignParts.push('sparse weights');
  });
}

function readNode(reader: PbfReader): DecodedNode {
  const node = {
    operator: '',
    domain: '',
    inputs: [] as string[],
    outputs: [] as string[],
    hasSubgraph: false,
  };
  readNested(reader, (field) => {
    if (field === 1) node.inputs.push(reader.readString());
    else if (field === 2) node.outputs.push(reader.readString());
    else if (field === 4) node.operator = reader.readString();
    else if (field === 5) node.hasSubgraph = readIsSubgraph(reader) || node.hasSubgraph;
    else if (field === 7) node.domain = reader.readString();
  });
  return node;
}

/** Whether an attribute holds a graph (`g`, `graphs`). */
function readIsSubgraph(reader: PbfReader): boolean {
  let found = false;
  readNested(reader, (field) => {
    if (field === 6 || field === 11) found = true;
  });
  return found;
}

function readInitializer(reader: PbfReader, parts: GraphParts): void {
  const shape: number[] = [];
  let code = 0;
  let name = '';
  let raw: Uint8Array | undefined;
  readNested(reader, (field) => {
    if (field === 1) reader.readPackedVarint(shape);
    else if (field === 2) code = reader.readVarint();
    else if (field === 8) name = reader.readString();
    else if (field === 9) raw = reader.readBytes();
    else if (field === 13 || field === 14) parts.foreignParts.push('external data');
  });
  const type = typeOfCode(code);
  const isWhole = type !== undefined && raw?.length === elementCount(shape) * ELEMENT_BYTES[type];
  if (isWhole && raw !== undefined) parts.initializers.set(name, { type, shape, data: valuesOf(type, raw) });
  else parts.foreignParts.push(`weights "${name}" in a form that is not known here`);
}

function readValue(reader: PbfReader): DecodedValue {
  let name = '';
  let code = 0;
  const shape: Dimension[] = [];
  readNested(reader, (field) => {
    if (field === 1) name = reader.readString();
    if (field !== 2) return;
    readNested(reader, (typeField) => {
      if (typeField !== 1) return;
      readNested(reader, (tensorField) => {
        if (tensorField === 1) code = reader.readVarint();
        if (tensorField !== 2) return;
        readNested(reader, (shapeField) => {
          if (shapeField === 1) shape.push(readDimension(reader));
        });
      });
    });
  });
  return { name, type: typeOfCode(code), shape };
}

function readDimension(reader: PbfReader): Dimension {
  let dimension: Dimension = '';
  readNested(reader, (field) => {
    if (field === 1) dimension = reader.readVarint(true);
    else if (field === 2) dimension = reader.readString();
  });
  return dimension;
}

function readOperatorSet(reader: PbfReader): { domain: string; version: number } {
  const set = { domain: '', version: 0 };
  readNested(reader, (field) => {
    if (field === 1) set.domain = reader.readString();
    else if (field === 2) set.version = reader.readVarint();
  });
  return set;
}

function readMetadata(reader: PbfReader): Record<string, string> {
  let key = '';
  let value = '';
  readNested(reader, (field) => {
    if (field === 1) key = reader.readString();
    else if (field === 2) value = reader.readString();
  });
  return { [key]: value };
}

function readNested(reader: PbfReader, take: (field: number) => void): void {
  const length = reader.readVarint();
  readMessage(reader, reader.pos + length, take);
}

/** Reads fields up to `end`; what `take` leaves alone is skipped. The wire-format package does not check bounds. */
function readMessage(reader: PbfReader, end: number, take: (field: number, reader: PbfReader) => void): void {
  if (end > reader.length) throw new RangeError('A message reaches beyond the end of the file.');
  while (reader.pos < end) {
    const key = reader.readVarint();
    reader.type = key & 7;
    const start = reader.pos;
    take(Math.floor(key / 8), reader);
    if (reader.pos === start) reader.skip(key);
    if (!(reader.pos <= end)) throw new RangeError('A field reaches beyond the end of its message.');
  }
}

function typeOfCode(code: number): ElementType | undefined {
  const types = Object.keys(ELEMENT_TYPE_CODES) as ElementType[];
  return types.find((type) => ELEMENT_TYPE_CODES[type] === code);
}

function valuesOf(type: ElementType, raw: Uint8Array): TensorValues {
  // A copy, because the values may not start at a multiple of their size (and a slice of a Buffer is none).
  const { buffer } = Uint8Array.from(raw);
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}
