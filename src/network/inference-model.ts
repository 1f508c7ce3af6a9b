import { constant, createGraph, encodeGraph, type Graph, type Tensor } from './graph.js';
import { sigmoid } from './ops/activation.js';
import { add, multiply } from './ops/arithmetic.js';
import { softmax } from './ops/loss.js';
import { embedParameters } from './parameters.js';
import { type Architecture, assembleTrunk, declareInputs, surveyArchitecture } from './trunk.js';

/**
 * What turns logits into probabilities that mean something: softmax of logits / `temperature` + `biases`
 * (bias-corrected temperature scaling). Biases are one a class.
 */
export interface Calibration {
  readonly temperature: number;
  readonly biases: readonly number[];
}

/** By head; heads without one are taken as they are. */
export type Calibrations = Readonly<Record<string, Calibration>>;

/**
 * Declares what a model is fed and makes of it what the trunk takes: inputs by name, [batch, ...]. Its matrices may be
 * constants of the graph or further inputs of the model.
 */
export type FrontEnd = (graph: Graph) => Record<string, Tensor>;

/**
 * Appends a trained network to a graph in its fast form: from the architecture's inputs (tensors of that graph) to
 * `logits.<head>` and `probabilities.<head>`, all [batch, size].
 */
export function appendInference(
  architecture: Architecture,
  inputs: Readonly<Record<string, Tensor>>,
  parameters: Float32Array,
  calibrations: Calibrations = {},
): Record<string, Tensor> {
  const { graph } = Object.values(inputs)[0];
  const named = embedParameters(graph, surveyArchitecture(architecture), parameters);
  const heads = assembleTrunk(architecture, 'inference', inputs, named);
  const results: Record<string, Tensor> = {};
  for (const [name, { loss }] of Object.entries(architecture.heads)) {
    const calibrated = calibrate(heads[name], calibrations[name]);
    results[`probabilities.${name}`] = loss === 'softmax' ? softmax(calibrated) : sigmoid(calibrated);
    results[`logits.${name}`] = heads[name];
  }
  return results;
}

/**
 * A whole model for inference as ONNX, for batches of any size. Without a front end it is fed what the trunk takes, as
 * `input.<name>`.
 */
export function buildInferenceModel(
  architecture: Architecture,
  parameters: Float32Array,
  options: {
    readonly frontEnd?: FrontEnd;
    readonly calibrations?: Calibrations;
    /** Leaves the logits out: every result of a run costs a call, whether anyone asks for it or not. */
    readonly probabilitiesOnly?: boolean;
  } = {},
): Uint8Array {
  const graph = createGraph();
  const inputs = options.frontEnd?.(graph) ?? declareInputs(graph, architecture, 'batch');
  const results = appendInference(architecture, inputs, parameters, options.calibrations);
  if (options.probabilitiesOnly)
    for (const name of Object.keys(architecture.heads)) delete results[`logits.${name}`];
  return encodeGraph(graph, results);
}

function calibrate(logits: Tensor, calibration: Calibration | undefined): Tensor {
  if (calibration === undefined) return logits;
  const { temperature, biases } = calibration;
  const shift = constant(logits.graph, 'float32', biases, [biases.length]);
  return add(multiply(logits, 1 / temperature), shift);
}
