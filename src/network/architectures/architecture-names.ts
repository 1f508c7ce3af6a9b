import { z } from 'zod';
import { GroundTrendError } from '../../errors.js';
import { ACTIVATIONS, type ActivationName } from '../ops/activation.js';
import type { Architecture } from '../trunk.js';
import { createCnn } from './cnn.js';
import { createCommittee } from './committee.js';
import { createDense } from './dense.js';
import { createDilated } from './dilated.js';
import { createPaperCnn } from './paper-cnn.js';

// Options come from model files, which may be anybody's: the limits keep a network from being impossibly large.
const count = z.int().min(1).max(4096);
const activation = z.enum(Object.keys(ACTIVATIONS) as [ActivationName, ...ActivationName[]]).optional();
const heads = z.record(z.string(), z.object({ size: count, loss: z.enum(['softmax', 'sigmoid']) }));
const denseLayers = {
  widths: z.array(count).max(16),
  dropout: z.number().min(0).max(0.95).optional(),
  activation,
  heads,
};

const OPTIONS = {
  paper: z.object({ epochs: count, classes: count }),
  cnn: z.object({
    epochs: count,
    blocks: z
      .array(
        z.object({
          filters: count,
          kernel: z.int().min(1).max(255),
          pool: z.enum(['max', 'average', 'none']),
        }),
      )
      .max(16),
    joining: z.enum(['flatten', 'average', 'maximum']),
    dropout: z.number().min(0).max(0.95),
    width: count,
    activation: z.enum(Object.keys(ACTIVATIONS) as [ActivationName, ...ActivationName[]]),
    heads,
  }),
  dense: z.object({ features: count, ...denseLayers }),
  committee: z.object({ members: z.int().min(1).max(64), features: count, ...denseLayers }),
  dilated: z.object({
    gridLength: count,
    gridChannels: count,
    features: z.int().min(0).max(4096),
    channels: count,
    stemKernel: z.int().min(1).max(255).optional(),
    stemStride: z.int().min(1).max(16).optional(),
    kernel: z.int().min(1).max(255),
    dilations: z.array(count).max(32),
    ...denseLayers,
  }),
} as const;

/** Makes an architecture again from its name and options, as a model file holds them. Throws `model` where it cannot. */
export function createArchitecture(name: string, options: Readonly<Record<string, unknown>>): Architecture {
  switch (name) {
    case 'paper-a':
    case 'paper-b': {
      const { epochs, classes } = parseOptions(name, OPTIONS.paper, options);
      return createPaperCnn(name, epochs, classes);
    }
    case 'cnn':
      return createCnn(parseOptions(name, OPTIONS.cnn, options));
    case 'dense':
      return createDense(parseOptions(name, OPTIONS.dense, options));
    case 'committee':
      return createCommittee(parseOptions(name, OPTIONS.committee, options));
    case 'dilated':
      return createDilated(parseOptions(name, OPTIONS.dilated, options));
    default:
      throw new GroundTrendError('model', `The network "${name}" is not known to this version.`);
  }
}

function parseOptions<T>(name: string, schema: z.ZodType<T>, options: unknown): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const problem = `${issue.path.join('.')}: ${issue.message}`;
  throw new GroundTrendError(
    'model',
    `The network "${name}" cannot be built from these options: ${problem}.`,
  );
}
