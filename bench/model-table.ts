/**
 * The paper's network in both readings, the test tree, the lite and the default model side by side: on simulated series
 * of several kinds, and on labelled real series where `../shared/data` is there.
 *
 *     node dist/bench/model-table.js [series a class] [epochs of the paper's network] [paper or ours]
 *
 * With a third word only the rows of the paper's network, which takes long to teach, or only those of the others. The
 * paper's network is taught 3,500 series of the same kind on the same dates (on those of the file for real series); the
 * hard kinds are asked of the one taught under correlated noise. Default and lite are taught once, for all.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Classifier } from '../src/classify/classifier.js';
import { loadClassifier, readModel } from '../src/classify/load-classifier.node.js';
import { measureModelCost } from '../src/classify/model-cost.js';
import { TEST_TREE } from '../src/classify/test-tree.js';
import { formatAgreement } from '../src/cli/agreement-table.js';
import { formatCost } from '../src/cli/model-card.js';
import { formatTable } from '../src/cli/table.js';
import { evaluatePredictions, predictStacks } from '../src/evaluate/evaluate-classifier.js';
import type { Estimate } from '../src/evaluate/interval.js';
import { measureAgreement } from '../src/evaluate/reading-agreement.js';
import { checkModel } from '../src/runtime/model-check.js';
import { TREND_CLASSES } from '../src/series/trend-class.js';
import { cycleMm } from '../src/series/wavelength.js';
import { granadaCalendar } from '../src/simulate/calendars.js';
import { DEFAULT_MATERIAL_MM, SAMPLE_LABELS } from '../src/simulate/material-label.js';
import type { ResidualBank } from '../src/simulate/residual-bank.js';
import { type SampleOptions, type SampleSet, simulateSamples } from '../src/simulate/samples.js';
import { loadReadings, loadSources } from '../src/train/load-readings.node.js';
import type { ReadSeries } from '../src/train/readings.js';
import { PAPER_PER_CLASS, teachPaper } from './teach-paper.js';

const perClass = Number(process.argv[2] ?? 300);
const epochs = Number(process.argv[3] ?? 60);
const part = process.argv[4];
const PAPER = part === 'ours' ? [] : (['paper-a', 'paper-b'] as const);
type PaperRecipe = 'paper-a' | 'paper-b';
const settings = { materialMm: DEFAULT_MATERIAL_MM, cycleMm: cycleMm() };
const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const readings = fileURLToPath(new URL('../../models/readings.csv', import.meta.url));
const units = { 'Asc.shp': 'cm' } as const;
const hasData = existsSync(data);
const granada = granadaCalendar('model table');

type Kind = Omit<SampleOptions, 'kind' | 'seed' | 'seriesPerClass'>;

const print = (text: string) => process.stdout.write(`${text}\n`);
const percent = ({ value, low, high }: Estimate) =>
  `${(100 * value).toFixed(1)} (${(100 * low).toFixed(1)}-${(100 * high).toFixed(1)})`;

function drawKind(kind: Kind, seriesPerClass: number, seed: string): SampleSet {
  return simulateSamples({ ...kind, kind: 'textbook', seriesPerClass, seed });
}

function teachKind(recipe: PaperRecipe, kind: Kind): Promise<Classifier> {
  return teachPaper(recipe, drawKind(kind, PAPER_PER_CLASS, 'model table: training'), epochs);
}

async function judge(classifier: Classifier, set: SampleSet) {
  const predictions = await predictStacks(classifier, [{ ...set, name: 'simulated' }]);
  const { metrics, calibration } = evaluatePredictions(classifier, predictions);
  const pue = metrics.classes[TREND_CLASSES.indexOf('PUE')];
  return [
    percent(metrics.overallAccuracy),
    pue.recall.value.toFixed(3),
    calibration.expectedError.toFixed(3),
  ];
}

const tree = await loadClassifier(await readModel(TEST_TREE), settings);
const OURS = part === 'paper' ? [] : (['lite', 'default'] as const);
/** What is not taught here, by name. */
const others = new Map<string, Classifier>(part === 'paper' ? [] : [['test tree', tree]]);
for (const name of OURS) {
  others.set(name, await loadClassifier(await readModel(name), settings));
  print(`${name}: ${formatCost(measureModelCost(checkModel(await readModel(name)), granada, settings))}`);
}

async function tableOfKinds(
  kinds: Readonly<Record<string, Kind>>,
  taughtLike: Kind | undefined,
): Promise<void> {
  const hard = taughtLike && (await Promise.all(PAPER.map((recipe) => teachKind(recipe, taughtLike))));
  const rows: string[][] = [];
  for (const [name, kind] of Object.entries(kinds)) {
    const set = drawKind(kind, perClass, 'model table: test');
    for (const [i, recipe] of PAPER.entries()) {
      const classifier = hard?.[i] ?? (await teachKind(recipe, kind));
      rows.push([name, recipe, ...(await judge(classifier, set))]);
    }
    for (const [other, classifier] of others) rows.push([name, other, ...(await judge(classifier, set))]);
  }
  const right = (title: string) => ({ title, align: 'right' as const });
  const titles = [right('% right (95 % interval)'), right('PUE recall'), right('calibration error')];
  print(`\n${formatTable([{ title: 'simulated' }, { title: 'model' }, ...titles], rows)}`);
}

async function realResiduals(): Promise<Kind> {
  const [source] = await loadSources([`${data}egms/EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip`], units);
  return { axis: source.axis, noise: source.bank as ResidualBank };
}

const correlated: Kind = { axis: granada, noise: 'correlated' };
await tableOfKinds(
  {
    'white noise': { axis: granada, noise: 'white' },
    'correlated noise': correlated,
    ...(hasData && { 'real EGMS residuals': await realResiduals() }),
  },
  undefined,
);
await tableOfKinds(
  {
    '15 % missing': { ...correlated, missingShare: 0.15 },
    'random walk': { axis: granada, noise: 'walk' },
    'smooth as SBAS': { axis: granada, noise: 'smooth' },
    'jumps of 0.6 to 1 cycle': { ...correlated, jumpCycles: [0.6, 1] },
    'weak signals too': { ...correlated, leastNoncentrality: 0 },
  },
  correlated,
);

/** What classifiers, one a file, say of labelled real series. */
async function agreementOf(
  read: readonly ReadSeries[],
  classifierOf: (file: ReadSeries) => Promise<Classifier>,
) {
  const trend: number[] = [];
  const answer: number[] = [];
  for (const file of read) {
    const stack = { ...file, name: file.file, labels: file.readers[0] };
    const said = await predictStacks(await classifierOf(file), [stack]);
    trend.push(...said.predicted);
    answer.push(...said.answers);
  }
  return formatAgreement(
    measureAgreement({
      classes: SAMPLE_LABELS,
      sources: read.flatMap(({ file, count }) => new Array<string>(count).fill(file)),
      readers: read[0].readers.map((_, reader) => read.flatMap(({ readers }) => [...readers[reader]])),
      trend,
      answer,
    }),
  );
}

/** What the model's card says of labelled series in files that the network had not seen. */
async function fromCard(name: string): Promise<string> {
  const card = await readFile(new URL(`../../models/${name}.md`, import.meta.url), 'utf8');
  return card.split('the series of a file kept together:')[1].split('the sieve,')[0].trim();
}

if (hasData) {
  const read = await loadReadings([`${data}labels-by-eye.csv`, readings], units, data);
  for (const recipe of PAPER) {
    const agreement = await agreementOf(read, async ({ axis, file }) => {
      const [{ bank }] = await loadSources([`${data}${file}`], units);
      return teachKind(recipe, { axis, noise: bank });
    });
    print(
      `\n${recipe}, taught on simulations on the dates of each file, with its residuals as noise:\n\n${agreement}`,
    );
  }
  if (others.size > 0) print(`\ntest tree:\n\n${await agreementOf(read, async () => tree)}`);
  for (const name of OURS) {
    print(
      `\n${name}, refined on the labels of the other files (from models/${name}.md):\n\n${await fromCard(name)}`,
    );
  }
} else print('\nNo real series: ../shared/data is not there.');
