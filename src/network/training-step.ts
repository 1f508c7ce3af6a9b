import { gradients } from './gradients.js';
import { createGraph, declareConstant, declareInput, encodeGraph, type Graph, type Tensor } from './graph.js';
import { add } from './ops/arithmetic.js';
import { sigmoidCrossEntropy, softmaxCrossEntropy } from './ops/loss.js';
import { concat, reshape } from './ops/shape.js';
import { clipGradient, type Optimiser } from './optimiser.js';
import { decayMask, splitParameters } from './parameters.js';
import { float32Tensor } from './tensor.js';
import {
  type Architecture,
  type ArchitectureSurvey,
  assembleTrunk,
  declareInputs,
  surveyArchitecture,
} from './trunk.js';

export interface TrainingStepOptions {
  readonly batchSize: number;
  readonly optimiser: Optimiser;
  /** Longest gradient over all parameters; longer ones are shortened. */
  readonly longestGradient?: number;
}

/**
 * One step of training as one ONNX model: forward, gradients, update.
 *
 * Fed: `parameters` and `slot.<name>` (vectors), `input.<name>` [batch, ...], `target.<head>` [batch, size],
 * `weight.<head>` [batch] (already divided by whatever the loss is to be a mean over; 0 leaves a row out), `mask.<i>`
 * [batch, ...] for every dropout (0 or 1 / (1 - rate)), and the optimiser's scalars `scalar.<name>`. Given back:
 * `parameters`, `slot.<name>` as `new.<...>`, `loss` (scalar), `logits.<head>`.
 */
export function buildTrainingStep(architecture: Architecture, options: TrainingStepOptions): Uint8Array {
  const { batchSize, optimiser } = options;
  const survey = surveyArchitecture(architecture);
  const graph = createGraph();
  const size = survey.parameterCount;
  const vector = (name: string) => declareInput(graph, name, 'float32', [size]);
  const parameters = vector('parameters');
  const slots = mapNames(Object.keys(optimiser.init(new Float32Array(0))), (name) => vector(`slot.${name}`));
  const scalars = mapNames(Object.keys(optimiser.scalars(1, 1)), (name) => {
    return declareInput(graph, `scalar.${name}`, 'float32', []);
  });
  const forward = buildForward(graph, architecture, survey, parameters, batchSize);
  const parts = gradients(forward.loss, forward.parameters).map((part, index) => {
    return reshape(part, [survey.parameters[index].size]);
  });
  const whole = concat(parts, 0);
  const gradient =
    options.longestGradient === undefined ? whole : clipGradient(whole, options.longestGradient);
  const decayed = declareConstant(graph, 'decayed', float32Tensor(decayMask(survey), [size]));
  const next = optimiser.update({ parameters, slots }, gradient, scalars, decayed);
  const results: Record<string, Tensor> = { 'new.parameters': next.parameters, loss: forward.loss };
  for (const [name, slot] of Object.entries(next.slots)) results[`new.${name}`] = slot;
  for (const [name, logits] of Object.entries(forward.heads)) results[`logits.${name}`] = logits;
  return encodeGraph(graph, results);
}

/** The trunk as it stands in training, without dropout: `parameters` and `input.<name>` to `logits.<head>`. */
export function buildEvaluation(architecture: Architecture): Uint8Array {
  const survey = surveyArchitecture(architecture);
  const graph = createGraph();
  const parameters = declareInput(graph, 'parameters', 'float32', [survey.parameterCount]);
  const inputs = declareInputs(graph, architecture, 'batch');
  const heads = assembleTrunk(architecture, 'training', inputs, splitParameters(parameters, survey));
  return encodeGraph(
    graph,
    mapNames(Object.keys(heads), (name) => heads[name], 'logits.'),
  );
}

function buildForward(
  graph: Graph,
  architecture: Architecture,
  survey: ArchitectureSurvey,
  vector: Tensor,
  batchSize: number,
): { parameters: Tensor[]; heads: Record<string, Tensor>; loss: Tensor } {
  const named = splitParameters(vector, survey);
  const masks = survey.dropouts.map(({ shape }, index) => {
    return declareInput(graph, `mask.${index}`, 'float32', [batchSize, ...shape]);
  });
  const inputs = declareInputs(graph, architecture, batchSize);
  const heads = assembleTrunk(architecture, 'training', inputs, named, masks);
  const losses = Object.entries(architecture.heads).map(([name, { size, loss }]) => {
    const targets = declareInput(graph, `target.${name}`, 'float32', [batchSize, size]);
    const weights = declareInput(graph, `weight.${name}`, 'float32', [batchSize]);
    const crossEntropy = loss === 'softmax' ? softmaxCrossEntropy : sigmoidCrossEntropy;
    return crossEntropy(heads[name], targets, weights);
  });
  return {
    parameters: [...named.values()],
    heads,
    loss: losses.reduce((sum, loss) => add(sum, loss)),
  };
}

function mapNames<T>(names: readonly string[], make: (name: string) => T, prefix = ''): Record<string, T> {
  return Object.fromEntries(names.map((name) => [prefix + name, make(name)]));
}
