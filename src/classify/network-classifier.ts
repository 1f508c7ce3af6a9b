import { GroundTrendError } from '../errors.js';
import type { FeatureSettings } from '../features/feature-graph.js';
import { createFrontEnd, DISPLACEMENT_INPUT, parsePreprocessing } from '../features/front-end.js';
import { buildInferenceModel } from '../network/inference-model.js';
import { type ModelCard, readNetwork } from '../network/model-file.js';
import type { DecodedModel } from '../network/onnx-reader.js';
import { float32Tensor } from '../network/tensor.js';
import type { Runtime, Session } from '../runtime/session.js';
import { type EpochAxis, formatDay } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';
import type { BoundClassifier, Classifier, ClassScores } from './classifier.js';

/** Few enough that the intermediate results of a batch stay in the processor's cache. */
const SERIES_PER_RUN = 256;
/** No series that was read is so long or so large that a sound network would overflow. */
const NO_PROBABILITIES = 'The model gives no probabilities: its sums overflow.';
const NO_PROBABILITIES_ADVICE = 'Its file is damaged, or was made by a training that diverged.';

/**
 * A classifier from a model file. `fingerprint` is the SHA-256 of the file. How many series the runtime is given at a
 * time changes the speed alone.
 */
export function createNetworkClassifier(
  runtime: Pick<Runtime, 'createSession'>,
  model: DecodedModel,
  fingerprint: string,
  settings: FeatureSettings,
  seriesPerRun = SERIES_PER_RUN,
): Classifier {
  const { card, architecture, parameters } = readNetwork(model);
  const preprocessing = parsePreprocessing(card.preprocessing);
  const classCount = card.classes.length;
  return {
    name: card.name,
    classes: card.classes,
    fingerprint,
    realCalibration: card.realCalibration,
    checkAxis: (axis) => checkAxis(card, axis),
    async bind(axis) {
      checkAxis(card, axis);
      const bound = buildInferenceModel(architecture, parameters, {
        frontEnd: createFrontEnd(preprocessing, axis, settings),
        calibrations: card.calibration,
      });
      const tellsOther = architecture.heads.class.size > classCount;
      return bindSession(await runtime.createSession(bound), axis, { classCount, tellsOther, seriesPerRun });
    },
  };
}

function bindSession(
  session: Session,
  axis: EpochAxis,
  { classCount, tellsOther, seriesPerRun }: { classCount: number; tellsOther: boolean; seriesPerRun: number },
): BoundClassifier {
  const epochs = axis.days.length;
  return {
    async classify(displacements, count, isComplete = false) {
      const filled = isComplete ? displacements : fillGaps(axis, displacements, count);
      const scores = emptyScores(session, count, classCount, tellsOther);
      for (let start = 0; start < count; start += seriesPerRun) {
        const end = Math.min(start + seriesPerRun, count);
        const rows = filled.subarray(start * epochs, end * epochs);
        const results = await session.run({
          [DISPLACEMENT_INPUT]: float32Tensor(rows, [end - start, epochs]),
        });
        copyScores(scores, results['probabilities.class'].data as Float32Array, start, end, classCount);
        const jump = results['probabilities.jump']?.data as Float32Array | undefined;
        if (jump) scores.jump?.set(jump, start);
        const trend = results['probabilities.trend']?.data as Float32Array | undefined;
        if (trend) copyTrends(scores, trend, start, end);
      }
      return scores;
    },
    dispose: () => session.dispose(),
  };
}

function emptyScores(session: Session, count: number, classCount: number, tellsOther: boolean): ClassScores {
  return {
    probabilities: new Float32Array(count * classCount),
    outOfFamily: tellsOther ? new Float32Array(count) : undefined,
    jump: session.outputNames.includes('probabilities.jump') ? new Float32Array(count) : undefined,
    trend: session.outputNames.includes('probabilities.trend') ? new Uint8Array(count) : undefined,
  };
}

/**
 * A head with one entry more than there are classes tells in the last whether none of them describes the series; the
 * classes' probabilities are then those given that one does.
 */
function copyScores(
  scores: ClassScores,
  head: Float32Array,
  start: number,
  end: number,
  classCount: number,
): void {
  const width = head.length / (end - start);
  for (let i = start; i < end; i++) {
    const from = (i - start) * width;
    let family = 0;
    for (let c = 0; c < classCount; c++) family += head[from + c];
    if (!(family > 0))
      throw new GroundTrendError('model', NO_PROBABILITIES, { advice: NO_PROBABILITIES_ADVICE });
    for (let c = 0; c < classCount; c++) scores.probabilities[i * classCount + c] = head[from + c] / family;
    scores.outOfFamily?.fill(head[from + classCount], i, i + 1);
  }
}

/** The likeliest trend of every series, the first of equals. */
function copyTrends({ trend }: ClassScores, head: Float32Array, start: number, end: number): void {
  if (trend === undefined) return;
  const width = head.length / (end - start);
  for (let i = start; i < end; i++) {
    const from = (i - start) * width;
    let best = 0;
    for (let k = 1; k < width; k++) if (head[from + k] > head[from + best]) best = k;
    trend[i] = best;
  }
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
