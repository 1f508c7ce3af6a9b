import { z } from 'zod';
import { GroundTrendError } from '../errors.js';
import { createArchitecture } from './architectures/architecture-names.js';
import { createGraph, encodeGraph } from './graph.js';
import { appendInference } from './inference-model.js';
import type { DecodedModel } from './onnx-reader.js';
import { embedParameters } from './parameters.js';
import { type Architecture, declareInputs, surveyArchitecture } from './trunk.js';

/** Before the names of a sieve's weights. */
export const SIEVE_PREFIX = 'sieve.';

/** Key of the entry in ONNX's `metadata_props` that holds the card as JSON. */
export const CARD_KEY = 'groundtrend';

/** Of one series: a thousand times what the paper's networks need. */
const MOST_MULTIPLY_ADDS = 2_000_000_000;

const nonNegativeInteger = z.int().min(0);
const anyOptions = z.record(z.string(), z.unknown());

const calibrationSchema = z.object({
  temperature: z.number().positive(),
  biases: z.array(z.number()),
});

/** Enough to build a network again, for fine-tuning and for binding it to a date axis. */
const architectureSchema = z.object({ name: z.string(), options: anyOptions });
/** A front end by name, and its options. */
const preprocessingSchema = z.object({ name: z.string(), options: anyOptions });

const modelCardSchema = z.object({
  formatVersion: z.literal(1),
  /** What the model is called in reports. */
  name: z.string().min(1).max(200),
  architecture: architectureSchema,
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
  preprocessing: preprocessingSchema,
  /** By head. */
  calibration: z.record(z.string(), calibrationSchema),
  /**
   * How sure the classes' probabilities may be of real series: fitted on labelled ones that the network had not seen, on
   * top of the calibration. Class shares of a file are estimated by it.
   */
  realCalibration: calibrationSchema.optional(),
  /**
   * A cheap network of the same heads that is asked first. It decides a series where it finds one of the classes in
   * `decides` at least so probable, and leaves all others to the network itself.
   */
  sieve: z
    .object({
      architecture: architectureSchema,
      preprocessing: preprocessingSchema,
      decides: z.array(z.string()).min(1),
      leastProbability: z.number().min(0.5).max(1),
    })
    .optional(),
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
 * `input.<name>`. The weights of a sieve lie beside those of the network; the graph does not use them.
 */
export function encodeModelFile(
  card: ModelCard,
  parameters: Float32Array,
  sieveParameters?: Float32Array,
): Uint8Array {
  const { architecture, calibration, sieve } = modelCardSchema.parse(card);
  const network = createArchitecture(architecture.name, architecture.options);
  const graph = createGraph();
  const inputs = declareInputs(graph, network, 'batch');
  const results = appendInference(network, inputs, parameters, calibration);
  const kept: string[] = [];
  if (sieve !== undefined && sieveParameters !== undefined) {
    const small = createArchitecture(sieve.architecture.name, sieve.architecture.options);
    const embedded = embedParameters(graph, surveyArchitecture(small), sieveParameters, SIEVE_PREFIX);
    kept.push(...Array.from(embedded.values(), ({ name }) => name));
  }
  return encodeGraph(graph, results, { metadata: { [CARD_KEY]: JSON.stringify(card) }, kept });
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

/** A network with its weights. */
export interface TrainedNetwork {
  readonly architecture: Architecture;
  readonly parameters: Float32Array;
}

/** What a model file holds, to bind it to an axis or to train on. */
export interface StoredModel extends TrainedNetwork {
  readonly card: ModelCard;
  /** The network of the card's sieve. */
  readonly sieve?: TrainedNetwork;
}

/** The trained networks inside a model file. Throws `model` for missing weights. */
export function readNetwork(model: DecodedModel): StoredModel {
  const card = readModelCard(model);
  const architecture = rebuildArchitecture(card.architecture);
  requireOwnHeads(card, architecture);
  const parameters = readParameters(model, architecture);
  if (card.sieve === undefined) return { card, architecture, parameters };
  const sieve = rebuildArchitecture(card.sieve.architecture);
  requireFittingSieve(card.sieve, card.classes, architecture, sieve);
  return {
    card,
    architecture,
    parameters,
    sieve: { architecture: sieve, parameters: readParameters(model, sieve, SIEVE_PREFIX) },
  };
}

function readParameters(model: DecodedModel, architecture: Architecture, prefix = ''): Float32Array {
  const survey = surveyArchitecture(architecture);
  if (survey.multiplyAdds > MOST_MULTIPLY_ADDS) {
    throw new GroundTrendError(
      'model',
      `This model is refused: it takes ${survey.multiplyAdds} multiplications a series, more than ${MOST_MULTIPLY_ADDS}.`,
    );
  }
  // All are looked for before memory is taken: what a card claims may be enormous, what a file holds is not.
  const stored = survey.parameters.map(({ name, size }) => {
    const values = model.initializers.get(`${prefix}${name}`);
    if (values?.type === 'float32' && values.data.length === size) {
      const weights = values.data as Float32Array;
      if (weights.every(Number.isFinite)) return weights;
      throw new GroundTrendError('model', `The weights "${prefix}${name}" are not all numbers.`);
    }
    throw new GroundTrendError(
      'model',
      `The weights "${prefix}${name}" are missing or have another size than the card says.`,
    );
  });
  const parameters = new Float32Array(survey.parameterCount);
  survey.parameters.forEach(({ offset }, index) => {
    parameters.set(stored[index], offset);
  });
  return parameters;
}

/**
 * The card has to fit the network: a head "class" with an entry a class (and perhaps one for none of them), yes or no
 * for "jump", and a calibration of the size of its head.
 */
function requireOwnHeads({ classes, calibration }: ModelCard, { heads }: Architecture): void {
  if (new Set(classes).size < classes.length) throw untrue('it names a class twice');
  const head = Object.hasOwn(heads, 'class') ? heads.class : undefined;
  const sizes = [classes.length, classes.length + 1];
  if (head?.loss !== 'softmax' || !sizes.includes(head.size)) {
    throw untrue(`it names ${classes.length} classes, its network tells ${head?.size ?? 'none'}`);
  }
  if (Object.hasOwn(heads, 'jump') && (heads.jump.size !== 1 || heads.jump.loss !== 'sigmoid')) {
    throw untrue('its head "jump" is not one answer of yes or no');
  }
  for (const [name, { biases }] of Object.entries(calibration)) {
    const size = Object.hasOwn(heads, name) ? heads[name].size : undefined;
    if (size !== biases.length) throw untrue(`the calibration of "${name}" has ${biases.length} biases`);
  }
}

/** A sieve tells what its network tells, and decides classes that there are. */
function requireFittingSieve(
  { decides }: NonNullable<ModelCard['sieve']>,
  classes: readonly string[],
  { heads }: Architecture,
  sieve: Architecture,
): void {
  const tell = (of: Architecture['heads']) =>
    Object.entries(of)
      .map(([name, { size, loss }]) => `${name} ${size} ${loss}`)
      .sort()
      .join();
  if (tell(sieve.heads) !== tell(heads)) throw untrue('its sieve does not tell what its network tells');
  const unknown = decides.find((name) => !classes.includes(name));
  if (unknown !== undefined) throw untrue(`its sieve decides "${unknown}", which is none of its classes`);
}

function untrue(why: string): GroundTrendError {
  return new GroundTrendError('model', `The card of this model cannot be true: ${why}.`);
}

function rebuildArchitecture({ name, options }: ModelCard['architecture']): Architecture {
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
