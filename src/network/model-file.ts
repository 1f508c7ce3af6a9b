import { z } from 'zod';
import { GroundTrendError } from '../errors.js';
import { createArchitecture } from './architectures/architecture-names.js';
import { buildInferenceModel } from './inference-model.js';
import type { DecodedModel } from './onnx-reader.js';
import { type Architecture, surveyArchitecture } from './trunk.js';

/** Key of the entry in ONNX's `metadata_props` that holds the card as JSON. */
const CARD_KEY = 'groundtrend';

/** Of one series: a thousand times what the paper's networks need. */
const MOST_MULTIPLY_ADDS = 2_000_000_000;

const nonNegativeInteger = z.int().min(0);
const anyOptions = z.record(z.string(), z.unknown());

const calibrationSchema = z.object({
  temperature: z.number().positive(),
  biases: z.array(z.number()),
});

const modelCardSchema = z.object({
  formatVersion: z.literal(1),
  /** What the model is called in reports. */
  name: z.string().min(1).max(200),
  /** Enough to build the network again, for fine-tuning and for binding it to a date axis. */
  architecture: z.object({ name: z.string(), options: anyOptions }),
  classes: z.array(z.string().min(1)).min(2).max(20),
  /** Which series the model takes: those of one number of dates (with the dates, where known), or any. */
  inputs: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('fixed'), epochs: z.int().min(2), days: z.array(z.int()).optional() }),
    z.object({
      kind: z.literal('any'),
      fewestEpochs: z.int().min(2),
      mostEpochs: z.int().optional(),
    }),
  ]),
  /** The front end by name, and its options. */
  preprocessing: z.object({ name: z.string(), options: anyOptions }),
  /** By head. */
  calibration: z.record(z.string(), calibrationSchema),
  /**
   * How sure the classes' probabilities may be of real series: fitted on labelled ones that the network had not seen, on
   * top of the calibration. Class shares of a file are estimated by it.
   */
  realCalibration: calibrationSchema.optional(),
  training: z.looseObject({
    dataHash: z.string(),
    splitHash: z.string(),
    seed: z.union([z.string(), z.number()]),
    versions: z.record(z.string(), z.string()),
    samples: nonNegativeInteger.optional(),
    accuracy: z.number().min(0).max(1).optional(),
  }),
});

/** What a model file says of itself: everything that inference and a reader need beside the graph. */
export type ModelCard = z.infer<typeof modelCardSchema>;

/**
 * A model file: the network for inference, self-contained ONNX, with its card inside. It takes what the trunk takes,
 * `input.<name>`.
 */
export function encodeModelFile(card: ModelCard, parameters: Float32Array): Uint8Array {
  const { architecture, calibration } = modelCardSchema.parse(card);
  return buildInferenceModel(createArchitecture(architecture.name, architecture.options), parameters, {
    calibrations: calibration,
    metadata: { [CARD_KEY]: JSON.stringify(card) },
  });
}

/** The card of a model. Throws `model` where there is none, or one that this version does not understand. */
export function readModelCard(model: DecodedModel): ModelCard {
  const text = model.metadata[CARD_KEY];
  if (text === undefined) {
    throw new GroundTrendError('model', 'This ONNX model was not made by groundtrend: it carries no card.');
  }
  const parsed = modelCardSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue.path.join('.');
  throw new GroundTrendError('model', `The card of this model cannot be read: ${place}: ${issue.message}.`);
}

/** The trained network inside a model file, to bind it to an axis or to train on. Throws `model` for missing weights. */
export function readNetwork(model: DecodedModel): {
  readonly card: ModelCard;
  readonly architecture: Architecture;
  readonly parameters: Float32Array;
} {
  const card = readModelCard(model);
  const architecture = rebuildArchitecture(card);
  const survey = surveyArchitecture(architecture);
  requireOwnHeads(card, architecture);
  if (survey.multiplyAdds > MOST_MULTIPLY_ADDS) {
    throw new GroundTrendError(
      'model',
      `This model is refused: it takes ${survey.multiplyAdds} multiplications a series, more than ${MOST_MULTIPLY_ADDS}.`,
    );
  }
  // All are looked for before memory is taken: what a card claims may be enormous, what a file holds is not.
  const stored = survey.parameters.map(({ name, size }) => {
    const values = model.initializers.get(name);
    if (values?.type === 'float32' && values.data.length === size) {
      const weights = values.data as Float32Array;
      if (weights.every(Number.isFinite)) return weights;
      throw new GroundTrendError('model', `The weights "${name}" are not all numbers.`);
    }
    throw new GroundTrendError(
      'model',
      `The weights "${name}" are missing or have another size than the card says.`,
    );
  });
  const parameters = new Float32Array(survey.parameterCount);
  survey.parameters.forEach(({ offset }, index) => {
    parameters.set(stored[index], offset);
  });
  return { card, architecture, parameters };
}

/**
 * The card has to fit the network: a head "class" with an entry a class (and perhaps one for none of them), yes or no
 * for "jump", and a calibration of the size of its head.
 */
function requireOwnHeads({ classes, calibration }: ModelCard, { heads }: Architecture): void {
  const refuse = (why: string) =>
    new GroundTrendError('model', `The card of this model cannot be true: ${why}.`);
  if (new Set(classes).size < classes.length) throw refuse('it names a class twice');
  const head = Object.hasOwn(heads, 'class') ? heads.class : undefined;
  const sizes = [classes.length, classes.length + 1];
  if (head?.loss !== 'softmax' || !sizes.includes(head.size)) {
    throw refuse(`it names ${classes.length} classes, its network tells ${head?.size ?? 'none'}`);
  }
  if (Object.hasOwn(heads, 'jump') && (heads.jump.size !== 1 || heads.jump.loss !== 'sigmoid')) {
    throw refuse('its head "jump" is not one answer of yes or no');
  }
  for (const [name, { biases }] of Object.entries(calibration)) {
    const size = Object.hasOwn(heads, name) ? heads[name].size : undefined;
    if (size !== biases.length) throw refuse(`the calibration of "${name}" has ${biases.length} biases`);
  }
}

function rebuildArchitecture({ architecture: { name, options } }: ModelCard): Architecture {
  try {
    const architecture = createArchitecture(name, options);
    surveyArchitecture(architecture);
    return architecture;
  } catch (cause) {
    if (cause instanceof GroundTrendError) throw cause;
    throw new GroundTrendError(
      'model',
      `The network "${name}" cannot be built from the options on its card.`,
      { cause },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GroundTrendError('model', 'The card of this model is not JSON.', { cause });
  }
}
