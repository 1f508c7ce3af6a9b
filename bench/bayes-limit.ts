/**
 * How right can anybody be? On a white-noise textbook set, the classifier that integrates over the simulator's own
 * parameters against the paper's network (taught on the same distribution), the default and lite models and the test
 * tree.
 *
 *     node dist/bench/bayes-limit.js [series a class] [epochs of the paper's network]
 */
import type { Classifier } from '../src/classify/classifier.js';
import { loadClassifier, readModel } from '../src/classify/load-classifier.node.js';
import { TEST_TREE } from '../src/classify/test-tree.js';
import { DEFAULT_MODEL } from '../src/cli/options.js';
import { predictStacks } from '../src/evaluate/evaluate-classifier.js';
import { shareEstimate } from '../src/evaluate/interval.js';
import { createRandom } from '../src/random.js';
import { TREND_CLASSES } from '../src/series/trend-class.js';
import { cycleMm } from '../src/series/wavelength.js';
import { granadaCalendar } from '../src/simulate/calendars.js';
import { createEvidenceModel, mostLikelyClass } from './evidence/textbook-evidence.js';
import { PAPER_PER_CLASS, teachPaper } from './teach-paper.js';

const SIGMA_MM = 2.7;
const perClass = Number(process.argv[2] ?? 200);
const epochs = Number(process.argv[3] ?? 60);
const axis = granadaCalendar(1);
const dates = axis.days.length;
const model = createEvidenceModel(axis, SIGMA_MM);

function drawSet(seed: string, seriesPerClass: number) {
  const random = createRandom(seed);
  const count = seriesPerClass * TREND_CLASSES.length;
  const labels = Uint8Array.from({ length: count }, (_, i) => i % TREND_CLASSES.length);
  const displacements = new Float32Array(count * dates);
  labels.forEach((label, row) => {
    displacements.set(model.draw(TREND_CLASSES[label], random), row * dates);
  });
  return { name: 'white noise', axis, count, displacements, labels };
}

const test = drawSet('bayes limit: test', perClass);
const taught = drawSet('bayes limit: training', PAPER_PER_CLASS);
const settings = { materialMm: 5, cycleMm: cycleMm() };

async function rightOf(classifier: Classifier): Promise<number> {
  const { predicted } = await predictStacks(classifier, [test]);
  return predicted.filter((code, row) => code === test.labels[row]).length;
}

function print(name: string, right: number): void {
  const { value, low, high } = shareEstimate(right, test.count);
  const percent = (share: number) => (100 * share).toFixed(1);
  process.stdout.write(`${name.padEnd(44)} ${percent(value)} % (${percent(low)}-${percent(high)})\n`);
}

process.stdout.write(`${test.count} series, white noise of ${SIGMA_MM} mm, ${dates} dates; 95 % intervals\n`);
let right = 0;
for (let row = 0; row < test.count; row++) {
  const series = test.displacements.subarray(row * dates, (row + 1) * dates);
  if (mostLikelyClass(model.logEvidence(series)) === test.labels[row]) right++;
}
print('limit (integrated over all parameters)', right);
print(
  'default model (taught on other simulations)',
  await rightOf(await loadClassifier(await readModel(DEFAULT_MODEL), settings)),
);
print(
  'lite model (taught on other simulations)',
  await rightOf(await loadClassifier(await readModel('lite'), settings)),
);
print('test tree', await rightOf(await loadClassifier(await readModel(TEST_TREE), settings)));
print(
  `paper's network, reading a (${epochs} epochs)`,
  await rightOf(await teachPaper('paper-a', taught, epochs)),
);
print(
  `paper's network, reading b (${epochs} epochs)`,
  await rightOf(await teachPaper('paper-b', taught, epochs)),
);
