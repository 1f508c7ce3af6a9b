/**
 * Asks whether the training simulator's quiet series can be told from a file's own:
 *
 *     node dist/bench/simulator-check.js ../shared/data/egms/EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip
 *
 * Quiet are the series that the default model calls Stable: the real ones, and of the simulated ones labelled Stable
 * those that it calls so too. Prints the area under the curve of a small judge on the
 * eastern half of the points (0.5: it cannot tell) and what it sees most.
 */
import { loadClassifier, readModel } from '../src/classify/load-classifier.node.js';
import { openDatasets } from '../src/read/open-datasets.node.js';
import { loadNodeRuntime } from '../src/runtime/session.node.js';
import type { Dataset } from '../src/series/dataset.js';
import { seriesOf } from '../src/series/series-batch.js';
import { cycleMm } from '../src/series/wavelength.js';
import { DEFAULT_MATERIAL_MM } from '../src/simulate/material-label.js';
import { checkDomain, type QuietMark, type QuietSeries } from '../src/train/domain-check.js';

const settings = { materialMm: DEFAULT_MATERIAL_MM, cycleMm: cycleMm() };
const classifier = await loadClassifier(await readModel('default'), settings);
const runtime = await loadNodeRuntime();

for (const dataset of await openDatasets(process.argv.slice(2))) {
  const bound = await classifier.bind(dataset.axis);
  const markQuiet: QuietMark = async (displacements, count) => {
    const { probabilities, outOfFamily } = await bound.classify(displacements, count);
    return Array.from({ length: count }, (_, i) => {
      return probabilities[i * classifier.classes.length] > 0.5 && (outOfFamily?.[i] ?? 0) < 0.3;
    });
  };
  const quiet = await takeQuiet(dataset, markQuiet);
  const options = { ...settings, seed: 'simulator check' };
  const check = await checkDomain(runtime, quiet, { name: dataset.name }, options, markQuiet);
  await bound.dispose();
  const seen = check.telling.slice(0, 6).map(({ feature, shift }) => `${feature} ${shift.toFixed(2)}`);
  console.log(
    `${dataset.name}: area under the curve ${check.areaUnderCurve.toFixed(3)}, ${check.testSeries} series`,
  );
  console.log(`  real less simulated, in deviations: ${seen.join(', ')}`);
}

async function takeQuiet(dataset: Dataset, markQuiet: QuietMark): Promise<QuietSeries> {
  const { axis } = dataset;
  const series: Float32Array[] = [];
  const longitude: number[] = [];
  for await (const batch of dataset.batches()) {
    const isQuiet = await markQuiet(batch.displacements, batch.count);
    for (let i = 0; i < batch.count; i++) {
      const own = seriesOf(batch, i);
      if (!isQuiet[i] || own.some(Number.isNaN)) continue;
      series.push(own.slice());
      longitude.push(batch.longitude[i]);
    }
  }
  const displacements = new Float32Array(series.length * axis.days.length);
  series.forEach((values, i) => {
    displacements.set(values, i * axis.days.length);
  });
  return { axis, count: series.length, displacements, longitude: Float64Array.from(longitude) };
}
