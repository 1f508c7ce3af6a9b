import type { FeatureSettings } from '../features/feature-graph.js';
import { createFrontEnd, parsePreprocessing } from '../features/front-end.js';
import { createGraph } from '../network/graph.js';
import { type ModelCard, readNetwork, type TrainedNetwork } from '../network/model-file.js';
import type { DecodedModel } from '../network/onnx-reader.js';
import { surveyArchitecture } from '../network/trunk.js';
import type { EpochAxis } from '../series/epoch-axis.js';

/** What one series costs a network on one axis. */
export interface NetworkCost {
  /** Trained numbers. */
  readonly parameters: number;
  /** Multiply-adds of the products that make the features, and of the network's layers. */
  readonly frontEnd: number;
  readonly network: number;
}

/** What one series costs a model on one axis; where it has a sieve, that comes first, and may be all. */
export interface ModelCost extends NetworkCost {
  readonly epochs: number;
  readonly sieve?: NetworkCost;
}

/**
 * Counts multiply-adds: for every product with a matrix its rows times its columns, zeros included, and for a layer what
 * it says of itself. Elementwise functions (differences, minima, logarithms) are not products and are not counted.
 */
export function measureModelCost(model: DecodedModel, axis: EpochAxis, settings: FeatureSettings): ModelCost {
  const { card, sieve, ...network } = readNetwork(model);
  return {
    epochs: axis.days.length,
    ...costOf(network, card.preprocessing, axis, settings),
    ...(sieve && { sieve: costOf(sieve, card.sieve!.preprocessing, axis, settings) }),
  };
}

function costOf(
  { architecture }: TrainedNetwork,
  preprocessing: ModelCard['preprocessing'],
  axis: EpochAxis,
  settings: FeatureSettings,
): NetworkCost {
  const graph = createGraph();
  createFrontEnd(parsePreprocessing(preprocessing), axis, settings)(graph);
  const frontEnd = graph.nodes.reduce((sum, { operator, inputs }) => {
    const matrix = operator === 'MatMul' ? graph.constants.get(inputs[1]) : undefined;
    return sum + (matrix === undefined ? 0 : matrix.shape[0] * matrix.shape[1]);
  }, 0);
  const { parameterCount, multiplyAdds } = surveyArchitecture(architecture);
  return { parameters: parameterCount, frontEnd, network: multiplyAdds };
}
