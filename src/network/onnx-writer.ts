import { PbfWriter } from 'pbf';
import {
  ATTRIBUTE_CODES,
  ELEMENT_TYPE_CODES,
  IR_VERSION,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
  OPSET_VERSION,
} from './onnx-format.js';
import type { Dimension, TensorData } from './tensor.js';

const PRODUCER = 'groundtrend';

/** Encodes a model as ONNX (a protocol-buffers message of type `ModelProto`). Equal models give equal bytes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = new PbfWriter();
  writeInteger(writer, 1, IR_VERSION);
  writeText(writer, 2, PRODUCER);
  writer.writeMessage(7, writeGraph, model);
  writer.writeMessage(8, writeOperatorSet, OPSET_VERSION);
  for (const entry of Object.entries(model.metadata)) writer.writeMessage(14, writeMetadata, entry);
  return writer.finish();
}

function writeGraph(model: OnnxModel, writer: PbfWriter): void {
  for (const node of model.nodes) writer.writeMessage(1, writeNode, node);
  writeText(writer, 2, PRODUCER);
  for (const entry of model.initializers) writer.writeMessage(5, writeInitializer, entry);
  for (const value of model.inputs) writer.writeMessage(11, writeValue, value);
  for (const value of model.outputs) writer.writeMessage(12, writeValue, value);
}

function writeNode(node: OnnxNode, writer: PbfWriter): void {
  for (const name of node.inputs) writeText(writer, 1, name);
  for (const name of node.outputs) writeText(writer, 2, name);
  writeText(writer, 3, node.outputs[0]);
  writeText(writer, 4, node.operator);
  for (const entry of Object.entries(node.attributes)) writer.writeMessage(5, writeAttribute, entry);
}

function writeAttribute([name, attribute]: [string, OnnxAttribute], writer: PbfWriter): void {
  writeText(writer, 1, name);
  switch (attribute.kind) {
    case 'float':
      writer.writeTag(2, 5);
      writer.writeFloat(attribute.value);
      break;
    case 'int':
      writeInteger(writer, 3, attribute.value);
      break;
    case 'ints':
      for (const value of attribute.value) writeInteger(writer, 8, value);
      break;
  }
  writeInteger(writer, 20, ATTRIBUTE_CODES[attribute.kind]);
}

function writeInitializer([name, tensor]: [string, TensorData], writer: PbfWriter): void {
  for (const size of tensor.shape) writeInteger(writer, 1, size);
  writeInteger(writer, 2, ELEMENT_TYPE_CODES[tensor.type]);
  writeText(writer, 8, name);
  const { buffer, byteOffset, byteLength } = tensor.data;
  writer.writeTag(9, 2);
  writer.writeBytes(new Uint8Array(buffer, byteOffset, byteLength));
}

function writeValue(value: OnnxValue, writer: PbfWriter): void {
  writeText(writer, 1, value.name);
  writer.writeMessage(2, writeType, value);
}

function writeType(value: OnnxValue, writer: PbfWriter): void {
  writer.writeMessage(1, writeTensorType, value);
}

function writeTensorType(value: OnnxValue, writer: PbfWriter): void {
  writeInteger(writer, 1, ELEMENT_TYPE_CODES[value.type]);
  writer.writeMessage(2, writeShape, value);
}

function writeShape(value: OnnxValue, writer: PbfWriter): void {
  for (const dimension of value.shape) writer.writeMessage(1, writeDimension, dimension);
}

function writeDimension(dimension: Dimension, writer: PbfWriter): void {
  if (typeof dimension === 'number') writeInteger(writer, 1, dimension);
  else writeText(writer, 2, dimension);
}

function writeOperatorSet(version: number, writer: PbfWriter): void {
  writeText(writer, 1, '');
  writeInteger(writer, 2, version);
}

function writeMetadata([key, value]: [string, string], writer: PbfWriter): void {
  writeText(writer, 1, key);
  writeText(writer, 2, value);
}

function writeInteger(writer: PbfWriter, field: number, value: number): void {
  writer.writeTag(field, 0);
  writer.writeVarint(value);
}

function writeText(writer: PbfWriter, field: number, value: string): void {
  writer.writeTag(field, 2);
  writer.writeString(value);
}
