import type { Random } from '../random.js';
import { createRandom } from '../random.js';
import { spanYears } from '../series/epoch-axis.js';
import { breakLimitYears, hingeInformation } from './break-profile.js';
import { choleskyFactor } from './linear-algebra.js';
import { multiplyPlain } from './matrix-product.js';
import { BREAK_PARAMETERS, createModelFits, createScanBuffers, fitModels, freedomOf } from './model-fits.js';
import { correlationMatrix } from './noise-model.js';
import type { SeriesPlan } from './series-plan.js';

const DRAWS = 1000;
/** Breaks are drawn within these shares of the span, and so clear that their limit is within those. */
const PLACES = [0.15, 0.85] as const;
const LIMITS = [0.005, 0.025] as const;

/**
 * How much further than the F quantile a break's sum of squares may lie for its interval to hold the truth 95 times in
 * a hundred, on these dates under this noise (1 where the theory of large samples holds, up to 1.4 under strongly
 * correlated noise). Found by drawing identifiable breaks with this very noise, from a fixed seed.
 */
export function calibrateBreakInterval(plan: SeriesPlan): number {
  const { axis, noise } = plan;
  const epochs = axis.days.length;
  const factor = choleskyFactor(correlationMatrix(noise, axis), epochs);
  if (factor === undefined || plan.hingeEpochs.length === 0) return 1;
  const random = createRandom('break interval');
  const rows = new Float32Array(DRAWS * epochs);
  const times = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    times[draw] = drawBreak(plan, factor, random, rows.subarray(draw * epochs, (draw + 1) * epochs));
  }
  const products = multiplyPlain(rows, DRAWS, epochs, plan.matrix, plan.columns);
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

/** Fills a bilinear series with noise of 1 mm; returns its break in years since the first date. */
function drawBreak(plan: SeriesPlan, factor: Float64Array, random: Random, row: Float32Array): number {
  const { axis } = plan;
  const epochs = axis.days.length;
  const span = spanYears(axis);
  const time = random.between(PLACES[0], PLACES[1]) * span;
  const change = breakLimitYears(plan, time) / (span * random.between(LIMITS[0], LIMITS[1]));
  const draws = Float64Array.from({ length: epochs }, () => random.normal());
  for (let i = 0; i < epochs; i++) {
    let sum = change * Math.max(0, axis.years[i] - time);
    for (let k = 0; k <= i; k++) sum += factor[i * epochs + k] * draws[k];
    row[i] = sum;
  }
  return time;
}
