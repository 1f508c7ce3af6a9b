import { GroundTrendError } from '../errors.js';
import { IR_VERSION, OPSET_VERSION } from '../network/onnx-format.js';
import { type DecodedModel, decodeModel } from '../network/onnx-reader.js';

const LARGEST_BYTES = 64 * 1024 * 1024;
const MOST_NODES = 20_000;

/**
 * Operators that a classifier of series may use. None runs code, reads files or makes a tensor whose size is not
 * bounded by those it is given, but for padding.
 */
const KNOWN_OPERATORS: ReadonlySet<string> = new Set(
  `Abs Add And ArgMax AveragePool BatchNormalization Cast Clip Concat Conv CumSum Div Equal Erf Exp Flatten Gather
  GatherElements Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual Identity IsNaN LayerNormalization LeakyRelu
  Less LessOrEqual Log LogSoftmax MatMul Max MaxPool Mean Min Mul Neg Not Or Pad Pow Reciprocal ReduceMax ReduceMean
  ReduceMin ReduceSum ReduceSumSquare Relu Reshape Sigmoid Sign Slice Softmax Softplus Split Sqrt Squeeze Sub Sum Tanh
  TopK Transpose Unsqueeze Where`.split(/\s+/),
);

/**
 * Looks at a model from elsewhere. Its graph never reaches ONNX Runtime: a classifier takes weights and card out of the
 * file and builds the graph anew, so that this is a second fence, and what keeps other programs safe from what is
 * passed on. Throws `model` with the reason for what is not ONNX, is cut short, is too large, keeps data in other
 * files, or uses operators that a classifier has no need of.
 */
export function checkModel(bytes: Uint8Array): DecodedModel {
  if (bytes.length > LARGEST_BYTES) {
    throw refusal(`it is larger than ${LARGEST_BYTES / 1024 / 1024} MB`);
  }
  const model = decodeModel(bytes);
  if (model.foreignParts.length > 0)
    throw refusal(`it contains ${[...new Set(model.foreignParts)].join(', ')}`);
  if (model.irVersion > IR_VERSION)
    throw refusal(`its format version is ${model.irVersion}, newer than ${IR_VERSION}`);
  for (const { domain, version } of model.operatorSets) {
    if (domain !== '' && domain !== 'ai.onnx') throw refusal(`it needs the operators of "${domain}"`);
    if (version > OPSET_VERSION) throw refusal(`its operator set is ${version}, newer than ${OPSET_VERSION}`);
  }
  if (model.nodes.length > MOST_NODES) throw refusal(`it has ${model.nodes.length} operators`);
  const unknown = model.nodes.filter((node) => {
    return !KNOWN_OPERATORS.has(node.operator) || !['', 'ai.onnx'].includes(node.domain) || node.hasSubgraph;
  });
  if (unknown.length > 0) {
    const names = [
      ...new Set(unknown.map(({ domain, operator }) => (domain === '' ? operator : `${domain}.${operator}`))),
    ];
    throw refusal(`it uses operators that are not allowed: ${names.slice(0, 5).join(', ')}`);
  }
  return model;
}

function refusal(reason: string): GroundTrendError {
  return new GroundTrendError('model', `This model is refused: ${reason}.`);
}
