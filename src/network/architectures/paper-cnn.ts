import type { Tensor } from '../graph.js';
import {
  averagePoolLayer,
  convolutionLayer,
  dense,
  flattenSequence,
  globalAverage,
  mapSequence,
  maxPoolLayer,
  type Sequence,
  toSequence,
} from '../layers.js';
import { leakyRelu, relu } from '../ops/activation.js';
import type { Architecture, Trunk } from '../trunk.js';

/** Millimetres are divided by this before the first layer: the paper says nothing of scaling, training needs some. */
export const PAPER_SCALE_MM = 10;

/** Slope of the leaky ReLU on its negative side; the default of Keras, which the paper's authors used. */
const LEAKY_SLOPE = 0.3;
const DENSE_WIDTH = 64;
const DROPOUT_RATE = 0.4;

/** The two ways to read the third stage of the paper's network: see `createPaperCnn`. */
export type PaperReading = 'paper-a' | 'paper-b';

/**
 * The network of Mirmazloumi, Gambin, Wassie et al. 2022, for series of a fixed number of epochs, as far as the text
 * goes: 138 kernels of 5, ReLU, max pooling by 2; 64 kernels of 5, ReLU, max pooling by 2; a third stage with average
 * pooling and dropout 0.4; a dense layer with leaky ReLU; softmax.
 *
 * The text leaves the third stage open. `paper-a`: average pooling by 2, all values side by side. `paper-b`: a third
 * convolution of 64 kernels of 5 with ReLU and the average over the whole series. Convolutions are not padded (Keras'
 * default). Input `series` [epochs, 1] in mm / 10.
 */
export function createPaperCnn(reading: PaperReading, epochs: number, classes = 5): Architecture {
  return {
    name: reading,
    options: { epochs, classes },
    inputs: { series: [epochs, 1] },
    heads: { class: { size: classes, loss: 'softmax' } },
    buildTrunk(trunk, inputs) {
      const first = convolutionBlock(trunk, 'conv1', toSequence(trunk, inputs.series), 138);
      const second = convolutionBlock(trunk, 'conv2', first, 64);
      const pooled = trunk.dropout(thirdStage(trunk, second, reading), DROPOUT_RATE);
      const hidden = leakyRelu(dense(trunk, 'dense', pooled, DENSE_WIDTH), LEAKY_SLOPE);
      return { class: dense(trunk, 'class', hidden, classes) };
    },
  };
}

function convolutionBlock(trunk: Trunk, name: string, x: Sequence, filters: number): Sequence {
  const convolved = convolutionLayer(trunk, name, x, { kernel: 5, filters });
  // Rectifying after pooling gives the same values as before it, on half as many.
  return mapSequence(maxPoolLayer(trunk, convolved, 2), relu);
}

function thirdStage(trunk: Trunk, x: Sequence, reading: PaperReading): Tensor {
  if (reading === 'paper-a') return flattenSequence(trunk, averagePoolLayer(trunk, x, 2));
  const convolved = convolutionLayer(trunk, 'conv3', x, { kernel: 5, filters: 64 });
  return globalAverage(trunk, mapSequence(convolved, relu));
}
