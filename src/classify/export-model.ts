import type { FeatureSettings } from '../features/feature-graph.js';
import { createFrontEnd, parsePreprocessing } from '../features/front-end.js';
import { appendGapFilling } from '../features/gap-graph.js';
import { createGraph, encodeGraph, type Tensor } from '../network/graph.js';
import { appendInference } from '../network/inference-model.js';
import { readNetwork } from '../network/model-file.js';
import type { DecodedModel } from '../network/onnx-reader.js';
import { divide } from '../network/ops/arithmetic.js';
import { reduceSum } from '../network/ops/broadcast.js';
import { slice } from '../network/ops/shape.js';
import { type EpochAxis, formatDay } from '../series/epoch-axis.js';
import { checkAxis } from './network-classifier.js';

/**
 * One self-contained ONNX model for the dates of a file: from `displacement` [batch, epochs] in millimetres, float32,
 * `NaN` for missing values, to `probabilities` [batch, classes]; `out_of_family` and `jump` [batch, 1] where the model
 * tells them. Needs nothing of this project to run. Its metadata hold `classes` and `dates`, with commas between.
 *
 * Throws `model` where the model does not take these dates.
 */
export function bindModel(model: DecodedModel, axis: EpochAxis, settings: FeatureSettings): Uint8Array {
  const { card, architecture, parameters } = readNetwork(model);
  checkAxis(card, axis);
  const graph = createGraph();
  const frontEnd = createFrontEnd(parsePreprocessing(card.preprocessing), axis, settings, (displacement) =>
    appendGapFilling(displacement, axis),
  );
  const results = appendInference(architecture, frontEnd(graph), parameters, card.calibration);
  const head = results['probabilities.class'];
  const outputs: Record<string, Tensor> = classOutputs(
    head,
    card.classes.length,
    architecture.heads.class.size,
  );
  if (results['probabilities.jump'] !== undefined) outputs.jump = results['probabilities.jump'];
  return encodeGraph(graph, outputs, {
    metadata: {
      name: card.name,
      classes: card.classes.join(','),
      dates: Array.from(axis.days, formatDay).join(','),
      material_mm: String(settings.materialMm),
      cycle_mm: String(settings.cycleMm),
    },
  });
}

/** A head with one entry more than there are classes tells in the last that none of them fits. */
function classOutputs(head: Tensor, classes: number, size: number): Record<string, Tensor> {
  if (size === classes) return { probabilities: head };
  const family = slice(head, 1, 0, classes);
  return {
    probabilities: divide(family, reduceSum(family, [1], true)),
    out_of_family: slice(head, 1, classes, classes + 1),
  };
}
