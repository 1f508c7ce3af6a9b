import { GroundTrendError } from '../../errors.js';
import type { Architecture } from '../trunk.js';
import { createDense, type DenseOptions } from './dense.js';
import { createDilated, type DilatedOptions } from './dilated.js';
import { createPaperCnn } from './paper-cnn.js';

/** Makes an architecture again from its name and options, as a model file holds them. Throws `model` where it cannot. */
export function createArchitecture(name: string, options: Readonly<Record<string, unknown>>): Architecture {
  switch (name) {
    case 'paper-a':
    case 'paper-b': {
      const { epochs, classes } = options as { epochs: number; classes: number };
      return createPaperCnn(name, epochs, classes);
    }
    case 'dense':
      return createDense(options as unknown as DenseOptions);
    case 'dilated':
      return createDilated(options as unknown as DilatedOptions);
    default:
      throw new GroundTrendError('model', `The network "${name}" is not known to this version.`);
  }
}
