/** Prints what the numbers behind the classes are worth: `node dist/bench/kinematics.js [draws]`. */

import { type BatchAnalysis, createAnalyst } from '../src/classify/analysis.js';
import { loadClassifier, readModel } from '../src/classify/load-classifier.node.js';
import { createDescriber } from '../src/kinematics/describe.js';
import { describeFields } from '../src/kinematics/description-columns.js';
import { createNoiseEstimator } from '../src/kinematics/noise-estimate.js';
import type { NoiseModel } from '../src/kinematics/noise-model.js';
import { explainNoiseModel, WHITE_NOISE } from '../src/kinematics/noise-model.js';
import { findRepairs } from '../src/kinematics/repair.js';
import { createRandom } from '../src/random.js';
import { createRuntimeMeasurer } from '../src/runtime/series-measurer.js';
import { loadNodeRuntime } from '../src/runtime/session.node.js';
import { formatDay } from '../src/series/epoch-axis.js';
import type { SeriesBatch } from '../src/series/series-batch.js';
import { numericAttribute } from '../src/series/series-batch.js';
import { cycleMm, SENTINEL1_WAVELENGTH_MM } from '../src/series/wavelength.js';
import { DEFAULT_MATERIAL_MM } from '../src/simulate/material-label.js';
import { EGMS_FILES, findEgmsFile, readEgmsFile } from '../test/reference/egms-file.js';
import { compareEstimates } from '../test/trials/comparison.js';
import { measureCoverage } from '../test/trials/coverage.js';
import { batchOfSeries, createNoiseSource, drawAxis } from '../test/trials/drawn-series.js';
import { JUMP_PATTERNS, measureFalseRepairs, measureRepair } from '../test/trials/repairs.js';
import { processorMicros } from './processor-time.js';

const NOISES: Readonly<Record<string, NoiseModel>> = {
  white: WHITE_NOISE,
  correlated: { whiteShare: 0.5, exponentials: [{ share: 0.5, days: 50 }], quietPoints: 0 },
  wandering: {
    whiteShare: 0.5,
    exponentials: [
      { share: 0.3, days: 32 },
      { share: 0.2, days: 1024 },
    ],
    quietPoints: 0,
  },
};
const DATES = [60, 139, 300];
const QUIET_SERIES = 1500;
/** Times that a batch is described to time it. */
const COST_ROUNDS = 10;
/** Ratios of evidence this close to each other say the same. */
const SAME_EVIDENCE = 0.05;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

async function compareWithProducers(): Promise<void> {
  for (const name of EGMS_FILES) {
    const path = findEgmsFile(name);
    if (path === undefined) console.log(`\n${name}: not beside the checkout, left out`);
    else await compareFile(name, readEgmsFile(path));
  }
}

async function compareFile(name: string, batch: SeriesBatch): Promise<void> {
  const estimator = createNoiseEstimator(batch.axis);
  estimator.add(batch);
  const noise = estimator.finish();
  const describer = createDescriber({ axis: batch.axis, noise });
  const description = await describer.describe(batch);
  console.log(
    `\n${name}: ${batch.count} points, ${batch.axis.days.length} dates.\n${explainNoiseModel(noise)}`,
  );
  console.log('quantity      estimate      median |diff|  95th pct       correlation');
  const rows = [
    ['velocity', 'mean_velocity', description.velocityOrdinary, description.velocity],
    ['acceleration', 'acceleration', description.accelerationOrdinary, description.acceleration],
    ['season', 'seasonality', description.seasonAmplitudeOrdinary, description.seasonAmplitude],
  ] as const;
  for (const [label, column, ordinary, generalised] of rows) {
    const theirs = numericAttribute(batch, column) ?? new Float64Array(batch.count).fill(Number.NaN);
    for (const [kind, ours] of [
      ['ordinary', ordinary],
      ['generalised', generalised],
    ] as const) {
      const { medianDifference, largeDifference, correlation } = compareEstimates(ours, theirs);
      const numbers = [medianDifference.toFixed(4), largeDifference.toFixed(4), correlation.toFixed(5)];
      console.log(
        `${label.padEnd(13)} ${kind.padEnd(13)} ${numbers.map((text) => text.padEnd(14)).join(' ')}`,
      );
    }
  }
  await compareSearches(batch, noise);
  const findings = findRepairs(describer, batch, description);
  const accepted = findings.filter((finding) => finding.accepted);
  console.log(`jumps: ${findings.length} series show something, ${accepted.length} are repaired`);
  for (const { point, path, support } of accepted) {
    const jumps = (path?.jumps ?? []).map(({ epoch, cycles, sizeMm }) => {
      return `${formatDay(batch.axis.days[epoch])} ${cycles > 0 ? '+' : ''}${cycles} (${sizeMm.toFixed(1)} mm)`;
    });
    const nearby = `neighbours ${support.sharing}/${support.near}`;
    console.log(`  ${batch.pids[point]}  ${jumps.join(', ')}  gain ${path?.gain.toFixed(0)}  ${nearby}`);
  }
}

/** How much of the evidence in a map a search of every point for steps would change. */
async function compareSearches(batch: SeriesBatch, noise: NoiseModel): Promise<void> {
  const settings = {
    materialMm: DEFAULT_MATERIAL_MM,
    cycleMm: cycleMm(),
    wavelengthMm: SENTINEL1_WAVELENGTH_MM,
  };
  const classifier = await loadClassifier(await readModel('default'), settings);
  const { measure, dispose } = createRuntimeMeasurer(await loadNodeRuntime());
  const analyst = createAnalyst(classifier, { ...settings, describe: 'full', repair: false }, measure);
  const job = { ...batch, noise };
  const [close, quick] = [(await analyst.examine(job)).analysis, await analyst.analyze(job)];
  await analyst.dispose();
  await dispose();
  const names = describeFields('full').map(({ name }) => name);
  const columnsOf = ({ described }: BatchAnalysis) => ({
    ratios: described[names.indexOf('evidence')] as Float32Array,
    rivals: described[names.indexOf('evidence_against')] as readonly string[],
  });
  const [all, ours] = [columnsOf(close), columnsOf(quick)];
  let alike = 0;
  let withoutPue = 0;
  for (let point = 0; point < batch.count; point++) {
    if (!(Math.abs(Math.log(ours.ratios[point] / all.ratios[point])) >= SAME_EVIDENCE)) alike++;
    else if (all.rivals[point] === 'PUE' && ours.rivals[point] !== 'PUE') withoutPue++;
  }
  console.log(
    `evidence: ${percent(alike / batch.count)} within ${percent(SAME_EVIDENCE)} of a search of every point for steps; ${percent(withoutPue / batch.count)} lose PUE as the rival`,
  );
}

async function printCoverage(draws: number): Promise<void> {
  console.log(
    '\n95 % intervals and break dates, simulated (break error: median, against the Cramer-Rao limit)',
  );
  console.log(
    'noise       dates  model      velocity accel.   break    before   after    error, limit (days)',
  );
  for (const [name, truth] of Object.entries(NOISES)) {
    for (const dates of DATES) {
      const random = createRandom(`coverage ${dates}`);
      const axis = drawAxis(random, dates);
      // As many as a file's noise is estimated from.
      const quiet = new Float32Array(QUIET_SERIES * dates);
      const add = createNoiseSource(truth, axis, random.fork('quiet'));
      for (let point = 0; point < QUIET_SERIES; point++) add(quiet, point * dates, 2.5);
      const estimator = createNoiseEstimator(axis);
      estimator.add(batchOfSeries(axis, quiet));
      for (const [kind, noise] of [
        ['known', truth],
        ['estimated', estimator.finish()],
      ] as const) {
        const describer = createDescriber({ axis, noise });
        const result = await measureCoverage(describer, truth, draws, random.fork(kind));
        const { velocity, acceleration, breakDate, velocityBefore, velocityAfter } = result;
        const shares = [velocity, acceleration, breakDate, velocityBefore, velocityAfter];
        const errors = `${result.breakErrorDays.toFixed(1)}, ${result.breakLimitDays.toFixed(1)}`;
        const cells = shares.map((share) => percent(share).padEnd(8)).join(' ');
        console.log(`${name.padEnd(11)} ${String(dates).padEnd(6)} ${kind.padEnd(10)} ${cells} ${errors}`);
      }
    }
  }
}

async function printRepair(draws: number): Promise<void> {
  console.log('\nrepair, simulated at 2.5 mm');
  for (const name of ['correlated', 'wandering']) {
    const truth = NOISES[name];
    for (const dates of [60, 139, 250]) {
      const random = createRandom(`repair ${dates}`);
      const describer = createDescriber({ axis: drawAxis(random, dates), noise: truth });
      const parts: string[] = [];
      for (const pattern of JUMP_PATTERNS) {
        const share = await measureRepair(describer, truth, pattern, draws / 5, random.fork(pattern));
        parts.push(`${pattern} ${percent(share)} of dates right`);
      }
      for (const kind of ['textbook', 'realistic'] as const) {
        const share = await measureFalseRepairs(describer, truth, kind, 2 * draws, random.fork(kind));
        parts.push(`changed without a jump (${kind}) ${(100 * share).toFixed(2)} %`);
      }
      console.log(`${name}, ${dates} dates: ${parts.join('; ')}`);
    }
  }
}

async function printCost(): Promise<void> {
  const { measure, dispose } = createRuntimeMeasurer(await loadNodeRuntime());
  console.log('\ncost of the full description, processor time');
  for (const dates of DATES) {
    const random = createRandom('cost');
    const axis = drawAxis(random, dates);
    const count = 4096;
    const rows = new Float32Array(count * dates);
    const add = createNoiseSource(NOISES.correlated, axis, random);
    for (let point = 0; point < count; point++) add(rows, point * dates, 2.5);
    let inMeasures = 0;
    const describer = createDescriber({
      axis,
      noise: NOISES.correlated,
      measure: async (...operands) => {
        const start = processorMicros();
        const measures = await measure(...operands);
        inMeasures += processorMicros() - start;
        return measures;
      },
    });
    const batch = batchOfSeries(axis, rows);
    for (let warm = 0; warm < 3; warm++) await describer.describe(batch);
    for (const [name, closely] of [
      ['every point searched closely', undefined],
      ['none', { seeksSteps: () => false, tellsBreak: () => false }],
    ] as const) {
      await describer.describe(batch, closely);
      inMeasures = 0;
      const start = processorMicros();
      for (let round = 0; round < COST_ROUNDS; round++) await describer.describe(batch, closely);
      const aPoint = (micros: number): string => (micros / count / COST_ROUNDS).toFixed(1);
      const total = aPoint(processorMicros() - start);
      console.log(
        `${dates} dates, ${name}: ${total} us a point, ${aPoint(inMeasures)} of them in the runtime`,
      );
    }
  }
  await dispose();
}

const draws = Number(process.argv[2] ?? 1000);
await printCost();
await compareWithProducers();
await printCoverage(4 * draws);
await printRepair(draws);
