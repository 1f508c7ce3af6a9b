import type { Classifier } from '../classify/classifier.js';
import { loadClassifier, readModel } from '../classify/load-classifier.node.js';
import { measureModelCost } from '../classify/model-cost.js';
import { TEST_TREE } from '../classify/test-tree.js';
import { GroundTrendError } from '../errors.js';
import {
  type AccuracyPart,
  type Evaluation,
  evaluatePredictions,
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
import { OTHER } from '../train/label-samples.js';
import type { FileUnits } from '../train/load-readings.node.js';
import { loadReferenceSamples } from '../train/load-samples.node.js';
import { NO_LABEL, type ReferenceSamples } from '../train/reference-samples.js';
import { writeWhole } from '../write/write-whole.node.js';
import { formatAgreement } from './agreement-table.js';
import { type SimulatedKind, simulateStack, simulateVariants } from './evaluation-samples.js';
import { formatMetricsTable, formatPercent } from './metrics-table.js';
import { formatCost } from './model-card.js';
import { formatCount, formatShare } from './numbers.js';
import { describeSamples } from './run-training.js';
import { formatTable } from './table.js';

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
  readonly perClass: number;
  readonly seed: string;
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
  const settings = { materialMm: request.materialMm, cycleMm: cycleMm(request.wavelengthMm) };
  const load = async (path: string) => loadClassifier(await readModel(path), settings);
  const classifier = await load(request.model);
  const days = request.simulate === undefined ? undefined : await daysOf(request.model);
  const truth =
    request.simulate === undefined ? await labelledTruth(request, classifier) : simulatedTruth(request, days);
  const predictions = await predictStacks(classifier, truth.stacks, request.signal);
  const own = evaluatePredictions(classifier, predictions);
  const evaluation = request.simulate === undefined ? own : await addVariants(own, classifier, request, days);
  const agreement = truth.labelled && agreementOf(truth.labelled, predictions);
  const comparison =
    request.compare === undefined
      ? undefined
      : await compareWith(await load(request.compare), classifier, predictions, truth, request);
  const report: EvaluationReport = {
    samples: truth.samples,
    truth: truth.truth,
    isSimulated: request.simulate !== undefined,
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

function simulatedTruth(request: EvaluationRequest, days: readonly number[] | undefined): Truth {
  const kind = request.simulate!;
  const stack = simulateStack({ kind, perClass: request.perClass, seed: request.seed, days });
  const what = kind === 'material' ? 'of the training simulator' : `of textbook shapes, ${kind} noise`;
  return {
    stacks: [stack],
    samples: `${formatCount(stack.count)} simulated series ${what}, ${stack.axis.days.length} dates`,
    truth: 'Truth is what was simulated: no measured series is among them.',
  };
}

/** Missing values and other numbers of dates have series of their own: each is compared with the main set. */
async function addVariants(
  evaluation: Evaluation,
  classifier: Classifier,
  request: EvaluationRequest,
  days: readonly number[] | undefined,
): Promise<Evaluation> {
  const { kind, perClass, seed } = {
    kind: request.simulate!,
    perClass: request.perClass,
    seed: request.seed,
  };
  const variants = simulateVariants({ kind, perClass, seed, days });
  const judge = async (stacks: readonly LabelledStack[]) =>
    evaluatePredictions(classifier, await predictStacks(classifier, stacks, request.signal));
  const missing = await judge(variants.missing);
  const dates = variants.dates.length === 0 ? undefined : await judge(variants.dates);
  const byDates = [...evaluation.byDates, ...(dates?.byDates ?? [])];
  return {
    ...evaluation,
    byMissing: [...evaluation.byMissing, ...missing.byMissing],
    byDates: byDates.sort((a, b) => Number.parseInt(a.range, 10) - Number.parseInt(b.range, 10)),
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
    samples: `${formatCount(count)} labelled series from ${labelled.stacks.map(({ name }) => shortName(name)).join(', ')}`,
    truth: `${
      readBy === ''
        ? 'Who read the labels is not stated (the label file has no annotator; say it with --read-by).'
        : `The labels were read by ${readBy}.`
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

function formatEvaluation(
  report: EvaluationReport,
  cost: readonly string[],
  labelled: ReferenceSamples | undefined,
  page: string | undefined,
): string {
  const { evaluation, agreement, comparison } = report;
  const lines = [...cost, report.samples, report.truth, ...(labelled ? describeSamples(labelled) : []), ''];
  lines.push(formatMatrix(evaluation), '', formatMetricsTable(evaluation.metrics), '');
  lines.push(`expected calibration error ${evaluation.calibration.expectedError.toFixed(3)}`);
  const { map } = evaluation;
  if (map !== undefined) {
    lines.push(
      `at the shares of the paper's map: ${formatShare(map.stableLost)} of the Stable points mapped as moving, ` +
        `${formatShare(map.falseAlarms)} of the points mapped as moving are Stable, ${formatShare(map.accuracy)} right in all`,
    );
  }
  lines.push(
    ...formatParts('least noncentrality', evaluation.byNoncentrality),
    ...formatParts('dates', evaluation.byDates),
    ...formatParts('missing', evaluation.byMissing),
    ...formatParts('source', evaluation.bySource),
  );
  if (agreement !== undefined) {
    lines.push(
      '',
      formatAgreement(agreement),
      '',
      'Neighbouring series may be among them: they are not as many independent cases.',
    );
  }
  if (comparison !== undefined) {
    const { name, paired } = comparison;
    lines.push(
      '',
      `against ${name}: only the first right ${paired.onlyFirst}, only the second ${paired.onlySecond}, both ${paired.bothRight} of ${paired.series}; McNemar's exact p = ${paired.pValue.toPrecision(2)}`,
    );
  }
  if (page !== undefined) lines.push('', `written: ${page}`);
  return `${lines.join('\n')}\n`;
}

function formatMatrix({ matrix }: Evaluation): string {
  const { classes, counts } = matrix;
  const size = classes.length;
  return formatTable(
    [{ title: 'true \\ predicted' }, ...classes.map((title) => ({ title, align: 'right' as const }))],
    classes.map((name, row) => {
      const values = counts.subarray(row * size, (row + 1) * size);
      const total = values.reduce((sum, count) => sum + count, 0);
      return [
        name,
        ...Array.from(values, (count) => (total === 0 ? '0' : `${count} (${formatShare(count / total)})`)),
      ];
    }),
  );
}

function formatParts(title: string, parts: readonly AccuracyPart[]): string[] {
  if (parts.length < 2) return [];
  const rows = parts.map(({ range, series, accuracy }) => [
    shortName(range),
    formatCount(series),
    formatPercent(accuracy),
  ]);
  const columns = [
    { title },
    { title: 'series', align: 'right' as const },
    { title: 'accuracy', align: 'right' as const },
  ];
  return ['', formatTable(columns, rows)];
}

function shortName(name: string): string {
  return name.split(/[\\/]/).at(-1)!;
}

function replaceTypedArrays(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
}
