/**
 * What the full description of a point costs beside a straightforward fit a point: whitened normal equations formed and
 * solved anew for every model, every date of a break and every date of a step. `node dist/bench/description-cost.js
 * [points]`
 */
import {
  annualColumns,
  constantColumn,
  hingeColumn,
  powerColumn,
  stepColumn,
} from '../src/kinematics/bases.js';
import { createDescriber } from '../src/kinematics/describe.js';
import { choleskyFactor, solveLower, solveWeightedLeastSquares } from '../src/kinematics/linear-algebra.js';
import { correlationMatrix, type NoiseModel } from '../src/kinematics/noise-model.js';
import { createRandom } from '../src/random.js';
import { createRuntimeMeasurer } from '../src/runtime/series-measurer.js';
import { loadNodeRuntime } from '../src/runtime/session.node.js';
import type { EpochAxis } from '../src/series/epoch-axis.js';
import { cycleMm } from '../src/series/wavelength.js';
import { batchOfSeries, createNoiseSource, drawAxis } from '../test/trials/drawn-series.js';
import { processorMicros } from './processor-time.js';

const NOISE: NoiseModel = { whiteShare: 0.5, exponentials: [{ share: 0.5, days: 50 }], quietPoints: 0 };
const POINTS_OF_PLAIN_FIT = 40;
/** Dates on either side of a break or step. */
const SIDE = 8;

/** All models of one series, one after the other; gives the epoch of the best break. */
function createPlainFit(axis: EpochAxis): (series: Float32Array) => number {
  const epochs = axis.days.length;
  const factor = choleskyFactor(correlationMatrix(NOISE, axis), epochs)!;
  const whiten = (values: ArrayLike<number>): Float64Array => {
    const white = Float64Array.from(values);
    solveLower(factor, epochs, white);
    return white;
  };
  const ones = new Float64Array(epochs).fill(1);
  const { sine, cosine } = annualColumns(axis);
  const season = [whiten(sine), whiten(cosine)];
  const powers = [
    whiten(constantColumn(axis)),
    ...[1, 2, 3].map((power) => whiten(powerColumn(axis, power))),
  ];
  const edges = Array.from({ length: epochs - 2 * SIDE }, (_, i) => i + SIDE);
  const hinges = edges.map((epoch) => whiten(hingeColumn(axis, axis.years[epoch])));
  const steps = edges.map((epoch) => whiten(stepColumn(axis, epoch).map((value) => value * cycleMm())));

  function sumOfSquares(columns: readonly Float64Array[], values: Float64Array): number {
    const solution = solveWeightedLeastSquares(columns, values, ones);
    if (solution === undefined) return Number.POSITIVE_INFINITY;
    let sum = 0;
    for (let i = 0; i < epochs; i++) {
      let rest = values[i];
      for (let j = 0; j < columns.length; j++) rest -= solution[j] * columns[j][i];
      sum += rest * rest;
    }
    return sum;
  }

  return (series) => {
    const white = whiten(series);
    for (let count = 1; count <= 4; count++) sumOfSquares([...powers.slice(0, count), ...season], white);
    const line = [...powers.slice(0, 2), ...season];
    const sums = hinges.map((hinge) => sumOfSquares([...line, hinge], white));
    const best = sums.indexOf(Math.min(...sums));
    const bases = [[powers[0], ...season], line, [...powers.slice(0, 3), ...season], [...line, hinges[best]]];
    for (const base of bases) {
      for (const step of steps) {
        for (const sign of [-1, 1]) {
          sumOfSquares(
            base,
            white.map((value, i) => value - sign * step[i]),
          );
        }
      }
    }
    return edges[best];
  };
}

const points = Number(process.argv[2] ?? 4096);
const { measure, dispose } = createRuntimeMeasurer(await loadNodeRuntime());
console.log('microseconds of processor time a point');
console.log('dates  full description  a plain fit a point  ratio  breaks within 30 days of each other');
for (const dates of [60, 139, 300]) {
  const random = createRandom(`description ${dates}`);
  const axis = drawAxis(random, dates);
  const rows = new Float32Array(points * dates);
  const addNoise = createNoiseSource(NOISE, axis, random);
  for (let point = 0; point < points; point++) {
    const hinge = hingeColumn(axis, axis.years[dates - 1] * (0.3 + 0.4 * random.uniform()));
    for (let i = 0; i < dates; i++) rows[point * dates + i] = 40 * hinge[i];
    addNoise(rows, point * dates, 2.5);
  }
  const batch = batchOfSeries(axis, rows);
  const describer = createDescriber({ axis, noise: NOISE, measure });
  await describer.describe(batch);
  let start = processorMicros();
  const description = await describer.describe(batch);
  const ours = (processorMicros() - start) / points;

  const fitPlainly = createPlainFit(axis);
  const count = Math.min(points, POINTS_OF_PLAIN_FIT);
  fitPlainly(rows.subarray(0, dates));
  start = processorMicros();
  let alike = 0;
  for (let point = 0; point < count; point++) {
    const epoch = fitPlainly(rows.subarray(point * dates, (point + 1) * dates));
    if (Math.abs(axis.days[epoch] - description.breakDay[point]) <= 30) alike++;
  }
  const plain = (processorMicros() - start) / count;
  const cells = [String(dates).padEnd(5), ours.toFixed(1).padStart(17), plain.toFixed(0).padStart(20)];
  console.log(`${cells.join(' ')} ${(plain / ours).toFixed(0).padStart(6)}  ${alike} of ${count}`);
}
await dispose();
