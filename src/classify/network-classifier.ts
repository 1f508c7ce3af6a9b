import { GroundTrendError } from '../errors.js';
import type { FeatureSettings } from '../features/feature-graph.js';
import { createFrontEnd, parsePreprocessing } from '../features/front-end.js';
import { buildInferenceModel, type Calibrations, type FrontEnd } from '../network/inference-model.js';
import { type ModelCard, readNetwork, type TrainedNetwork } from '../network/model-file.js';
import type { DecodedModel } from '../network/onnx-reader.js';
import type { Runtime, Session } from '../runtime/session.js';
import { type EpochAxis, formatDay } from '../series/epoch-axis.js';
import { bindNetwork, type SieveOnAxis } from './bound-network.js';
import type { Classifier } from './classifier.js';

/** Few enough that the intermediate results of a batch stay in the processor's cache. */
const SERIES_PER_RUN = 256;

/** What a classifier is to know beside its model. */
export interface ClassifierSettings extends FeatureSettings {
  /** Whether the sieve of a model decides what it is sure of, where the model has one; it does unless this is false. */
  readonly sieve?: boolean;
}

/**
 * A classifier from a model file. `fingerprint` is the SHA-256 of the file. How many series the runtime is given at a
 * time changes the speed alone.
 */
export function createNetworkClassifier(
  runtime: Pick<Runtime, 'createSession'>,
  model: DecodedModel,
  fingerprint: string,
  settings: ClassifierSettings,
  seriesPerRun = SERIES_PER_RUN,
): Classifier {
  const { card, sieve, ...network } = readNetwork(model);
  const preprocessing = parsePreprocessing(card.preprocessing);
  const sievePreprocessing = card.sieve && parsePreprocessing(card.sieve.preprocessing);
  const classCount = card.classes.length;

  function createSession(
    { architecture, parameters }: TrainedNetwork,
    frontEnd: FrontEnd,
    calibrations?: Calibrations,
  ): Promise<Session> {
    return runtime.createSession(
      buildInferenceModel(architecture, parameters, { frontEnd, calibrations, probabilitiesOnly: true }),
    );
  }

  async function bindSieve(axis: EpochAxis): Promise<SieveOnAxis | undefined> {
    if (settings.sieve === false || !card.sieve || !sieve) return undefined;
    const session = await createSession(sieve, createFrontEnd(sievePreprocessing!, axis, settings));
    const { decides, leastProbability } = card.sieve;
    return { session, decides: decides.map((name) => card.classes.indexOf(name)), leastProbability };
  }

  return {
    name: card.name,
    classes: card.classes,
    fingerprint,
    realCalibration: card.realCalibration,
    checkAxis: (axis) => checkAxis(card, axis),
    async bind(axis) {
      checkAxis(card, axis);
      const frontEnd = createFrontEnd(preprocessing, axis, settings);
      const session = await createSession(network, frontEnd, card.calibration);
      const tellsOther = network.architecture.heads.class.size > classCount;
      return bindNetwork({ session, classCount, tellsOther, seriesPerRun }, axis, await bindSieve(axis));
    },
  };
}

/** Throws `model` where a model cannot take these dates, and says what it can take. */
export function checkAxis({ name, inputs }: ModelCard, axis: EpochAxis): void {
  const epochs = axis.days.length;
  if (inputs.kind === 'any') {
    const { fewestEpochs, mostEpochs = Number.POSITIVE_INFINITY } = inputs;
    if (epochs >= fewestEpochs && epochs <= mostEpochs) return;
    const most = Number.isFinite(mostEpochs) ? ` and ${mostEpochs} at most` : '';
    throw new GroundTrendError(
      'model',
      `The model "${name}" needs at least ${fewestEpochs} dates${most}; this file has ${epochs}.`,
    );
  }
  if (epochs !== inputs.epochs) {
    throw new GroundTrendError(
      'model',
      `The model "${name}" takes series of ${inputs.epochs} dates and no others; this file has ${epochs}.`,
      { advice: 'The default model takes any dates.' },
    );
  }
  const other = inputs.days?.findIndex((day, index) => day !== axis.days[index]) ?? -1;
  if (other < 0) return;
  throw new GroundTrendError(
    'model',
    `The model "${name}" was trained on other dates: ${formatDay(inputs.days![other])} where this file has ${formatDay(axis.days[other])}.`,
    { advice: 'The default model takes any dates.' },
  );
}
