import type { Classifier } from '../classify/classifier.js';
import { loadClassifier, readModel } from '../classify/load-classifier.node.js';
import { measureModelCost } from '../classify/model-cost.js';
import { TEST_TREE } from '../classify/test-tree.js';
import { GroundTrendError } from '../errors.js';
import {
  type Evaluation,
  evaluatePredictions,
  joinParts,
  type LabelledStack,
  type Predictions,
  predictStacks,
} from '../evaluate/evaluate-classifier.js';
import { comparePaired, type PairedComparison } from '../evaluate/paired-test.js';
import { measureAgreement, type ReadingAgreement } from '../evaluate/reading-agreement.js';
import type { FeatureSettings } from '../features/feature-graph.js';
import { readModelCard } from '../network/model-file.js';
import { type EvaluationReport, renderEvaluationPage } from '../report/evaluation-page.js';
import { checkModel } from '../runtime/model-check.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { showText } from '../shown-text.js';
import { OTHER } from '../train/label-samples.js';
import type { FileUnits } from '../train/load-readings.node.js';
import { loadReferenceSamples } from '../train/load-samples.node.js';
import { NO_LABEL, type ReferenceSamples } from '../train/reference-samples.js';
import { writeWhole } from '../write/write-whole.node.js';
import {
  describeKind,
  loadRealNoise,
  type SimulatedKind,
  type SimulatedRequest,
  simulateStacks,
  simulateVariants,
} from './evaluation-samples.js';
import { formatEvaluation, shortName } from './evaluation-text.js';
import { formatCost } from './model-card.js';
import { formatCount } from './numbers.js';

export interface EvaluationRequest {
  readonly model: string;
  readonly samples: readonly string[];
  readonly compare?: string;
  readonly labels?: string;
  readonly labelColumn?: string;
  readonly secondColumn?: string;
  /** Who read the labels, in words, for the report. */
  readonly readBy?: string;
  readonly fileUnits: FileUnits;
  readonly simulate?: SimulatedKind;
  /** A real file: simulated shapes on its dates, with its residuals as noise. */
  readonly simulateLike?: string;
  readonly perClass: number;
  readonly seed: string;
  readonly sieve: boolean;
  readonly materialMm: number;
  readonly wavelengthMm: number;
  readonly report?: string;
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

interface Truth {
  readonly stacks: readonly LabelledStack[];
  readonly samples: string;
  readonly truth: string;
  readonly labelled?: ReferenceSamples;
}

/** Evaluates a model on labelled or simulated series and returns what to print. */
export async function runEvaluation(request: EvaluationRequest): Promise<string> {
  const { materialMm, sieve } = request;
  const settings = { materialMm, cycleMm: cycleMm(request.wavelengthMm), sieve };
  const load = async (path: string) => loadClassifier(await readModel(path), settings);
  const classifier = await load(request.model);
  const simulated = await simulationOf(request);
  const truth =
    simulated === undefined ? await labelledTruth(request, classifier) : simulatedTruth(simulated);
  const predictions = await predictStacks(classifier, truth.stacks, request.signal);
  const own = evaluatePredictions(classifier, predictions);
  const evaluation =
    simulated === undefined ? own : await addVariants(own, classifier, simulated, request.signal);
  const agreement = truth.labelled && agreementOf(truth.labelled, predictions);
  const comparison =
    request.compare === undefined
      ? undefined
      : await compareWith(await load(request.compare), classifier, predictions, truth, request);
  const report: EvaluationReport = {
    samples: truth.samples,
    truth: truth.truth,
    isSimulated: simulated !== undefined,
    evaluation,
    agreement,
    comparison,
  };
  if (request.report !== undefined) {
    await writeWhole(request.report, renderEvaluationPage(report), { overwrite: request.overwrite });
  }
  if (request.json) {
    const { problems, warnings } = truth.labelled ?? { problems: [], warnings: [] };
    return `${JSON.stringify({ ...report, problems, warnings }, replaceTypedArrays, 2)}\n`;
  }
  return formatEvaluation(
    report,
    await costOf(request.model, truth.stacks[0].axis, settings),
    truth.labelled,
    request.report,
  );
}

/** What a series costs a model, in words; nothing for the test tree, which is no network. */
async function costOf(model: string, axis: EpochAxis, settings: FeatureSettings): Promise<string[]> {
  if (model === TEST_TREE) return [];
  return [formatCost(measureModelCost(checkModel(await readModel(model)), axis, settings))];
}

/** Whether labelled real series had a part in a model's training, as its card says. */
async function hasSeenLabels(model: string): Promise<boolean> {
  if (model === TEST_TREE) return false;
  const { training } = readModelCard(checkModel(await readModel(model)));
  return 'labelledBy' in training || Number(training.readings ?? 0) > 0;
}

/** The dates of a model that takes no others. */
async function daysOf(model: string): Promise<readonly number[] | undefined> {
  if (model === TEST_TREE) return undefined;
  const { name, inputs } = readModelCard(checkModel(await readModel(model)));
  if (inputs.kind === 'any') return undefined;
  if (inputs.days !== undefined) return inputs.days;
  throw new GroundTrendError('model', `The model "${name}" does not say on which dates it was trained.`);
}

/** The series to simulate, where any are asked for. */
async function simulationOf(request: EvaluationRequest): Promise<SimulatedRequest | undefined> {
  const { simulate, simulateLike, fileUnits, perClass, seed } = request;
  const kind = simulateLike === undefined ? simulate : await loadRealNoise(simulateLike, fileUnits);
  return kind && { kind, perClass, seed, days: await daysOf(request.model) };
}

function simulatedTruth(simulated: SimulatedRequest): Truth {
  const stacks = simulateStacks(simulated);
  const { kind } = simulated;
  const count = stacks.reduce((sum, stack) => sum + stack.count, 0);
  const dates = `${stacks[0].axis.days.length} dates`;
  return {
    stacks,
    samples:
      `${formatCount(count)} simulated series ${describeKind(kind)}, ` +
      (stacks.length === 1 ? dates : `${stacks.length} calendars of ${dates}`),
    truth:
      typeof kind === 'object'
        ? 'Truth is what was simulated: motions are invented, only their noise was measured.'
        : 'Truth is what was simulated: no measured series is among them.',
  };
}

/** Missing values and other numbers of dates have series of their own: each is compared with the main set. */
async function addVariants(
  evaluation: Evaluation,
  classifier: Classifier,
  simulated: SimulatedRequest,
  signal: AbortSignal,
): Promise<Evaluation> {
  const variants = simulateVariants(simulated);
  const judge = async (stacks: readonly LabelledStack[]) =>
    evaluatePredictions(classifier, await predictStacks(classifier, stacks, signal));
  const missing = await judge(variants.missing);
  const dates = variants.dates.length === 0 ? undefined : await judge(variants.dates);
  return {
    ...evaluation,
    byMissing: joinParts([...evaluation.byMissing, ...missing.byMissing]),
    byDates: joinParts([...evaluation.byDates, ...(dates?.byDates ?? [])]),
  };
}

async function labelledTruth(request: EvaluationRequest, classifier: Classifier): Promise<Truth> {
  const { labels, labelColumn, secondColumn, fileUnits, signal } = request;
  const classes = classifier.classes.includes(OTHER) ? classifier.classes : [...classifier.classes, OTHER];
  const labelled = await loadReferenceSamples(request.samples, {
    labels,
    labelColumn,
    secondColumn,
    classes,
    units: fileUnits,
    signal,
  });
  const count = labelled.stacks.reduce((sum, stack) => sum + stack.count, 0);
  const readBy = request.readBy ?? labelled.annotators.join(', ');
  const warning = (await hasSeenLabels(request.model))
    ? ' This model was trained with labelled series: where they are among these, the figures are too good.'
    : '';
  return {
    stacks: labelled.stacks,
    samples: `${formatCount(count)} labelled series from ${showText(labelled.stacks.map(({ name }) => shortName(name)).join(', '))}`,
    truth: `${
      readBy === ''
        ? 'Who read the labels is not stated (the label file has no annotator; say it with --read-by).'
        : `The labels were read by ${showText(readBy)}.`
    }${warning}`,
    labelled,
  };
}

/** Agreement with the readings, where the classes are the five trends; one reading counts as agreeing with itself. */
function agreementOf(
  { stacks, classes }: ReferenceSamples,
  predictions: Predictions,
): ReadingAgreement | undefined {
  if (!TREND_CLASSES.every((name, k) => classes[k] === name) || classes.length !== 6) return undefined;
  const first = predictions.labels;
  const second = stacks.flatMap((stack) => [...(stack.second ?? new Uint8Array(stack.count).fill(NO_LABEL))]);
  const rows = [...first.keys()].filter((row) => second[row] !== NO_LABEL);
  const isTwice = rows.length > 0;
  const used = isTwice ? rows : [...first.keys()];
  const pick = (codes: ArrayLike<number>) => used.map((row) => codes[row]);
  return measureAgreement({
    classes,
    sources: used.map((row) => shortName(predictions.sources[row])),
    readers: isTwice ? [pick(first), pick(second)] : [pick(first)],
    trend: pick(predictions.predicted),
    answer: pick(predictions.answers),
  });
}

async function compareWith(
  other: Classifier,
  classifier: Classifier,
  own: Predictions,
  { stacks }: Truth,
  { signal }: EvaluationRequest,
): Promise<{ name: string; evaluation: Evaluation; paired: PairedComparison }> {
  if (other.classes.join() !== classifier.classes.join()) {
    throw new GroundTrendError(
      'model',
      `"${other.name}" tells other classes apart: ${other.classes.join(', ')}.`,
    );
  }
  const theirs = await predictStacks(other, stacks, signal);
  const rows = [...own.labels.keys()].filter((row) => own.labels[row] < classifier.classes.length);
  const isRight = ({ predicted }: Predictions) => rows.map((row) => predicted[row] === own.labels[row]);
  return {
    name: other.name,
    evaluation: evaluatePredictions(other, theirs),
    paired: comparePaired(isRight(own), isRight(theirs)),
  };
}

function replaceTypedArrays(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
}
