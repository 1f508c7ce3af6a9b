import type { Random } from '../random.js';
import { createRandom } from '../random.js';
import { spanYears } from '../series/epoch-axis.js';
import { breakLimitYears, hingeInformation } from './break-profile.js';
import type { MatrixProduct } from './matrix-product.js';
import { BREAK_PARAMETERS, createModelFits, createScanBuffers, fitModels, freedomOf } from './model-fits.js';
import type { SeriesPlan } from './series-plan.js';
import { createUnitNoise } from './unit-noise.js';

const DRAWS = 2000;
/** Breaks are drawn within these shares of the span, and so clear that their limit is within those. */
const PLACES = [0.15, 0.85] as const;
const LIMITS = [0.005, 0.025] as const;

/**
 * How much further than the F quantile a break's sum of squares may lie for its interval to hold the truth 95 times in
 * a hundred, on these dates under this noise (1 where the theory of large samples holds, up to 1.4 under strongly
 * correlated noise). Found by drawing identifiable breaks with this very noise, from a fixed seed.
 *
 * @param multiply forms the plan's product of all draws at once
 */
export async function calibrateBreakInterval(plan: SeriesPlan, multiply: MatrixProduct): Promise<number> {
  const { axis, noise } = plan;
  const epochs = axis.days.length;
  if (plan.hingeEpochs.length === 0) return 1;
  const drawNoise = createUnitNoise(noise, axis);
  const random = createRandom('break interval');
  const rows = new Float32Array(DRAWS * epochs);
  const times = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    const row = rows.subarray(draw * epochs, (draw + 1) * epochs);
    drawNoise(random, row);
    times[draw] = addBreak(plan, random, row);
  }
  const products = await multiply(rows, DRAWS, epochs, plan.matrix, plan.columns);
  const buffers = createScanBuffers(epochs);
  const fits = createModelFits();
  const ratios = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    const offset = draw * plan.columns;
    let sumOfSquares = 0;
    for (let i = 0; i < epochs; i++) sumOfSquares += rows[draw * epochs + i] * products[offset + i];
    fitModels(plan, products, offset, sumOfSquares, 1, buffers, fits);
    const edge = axis.years.findIndex((year) => year >= times[draw]);
    const score = buffers.ramps[edge] - times[draw] * buffers.steps[edge];
    const gain = (score * score) / hingeInformation(plan, edge, times[draw]);
    ratios[draw] = ((fits.breakFit.gain - gain) * freedomOf(plan, BREAK_PARAMETERS)) / fits.sumOfSquares[3];
  }
  const quantile = ratios.sort()[Math.floor(0.95 * DRAWS)];
  return Math.max(1, quantile / plan.quantiles[BREAK_PARAMETERS] ** 2);
}

/** Adds an identifiable break, for noise of 1 mm; returns its time in years since the first date. */
function addBreak(plan: SeriesPlan, random: Random, row: Float32Array): number {
  const { axis } = plan;
  const span = spanYears(axis);
  const time = random.between(PLACES[0], PLACES[1]) * span;
  const change = breakLimitYears(plan, time) / (span * random.between(LIMITS[0], LIMITS[1]));
  for (let i = 0; i < row.length; i++) row[i] += change * Math.max(0, axis.years[i] - time);
  return time;
}
