import { GroundTrendError } from '../errors.js';
import type { FeatureSettings } from '../features/feature-graph.js';
import { createDescriber } from '../kinematics/describe.js';
import { COEFFICIENT_COUNT, COEFFICIENTS } from '../kinematics/fit-geometry.js';
import {
  createModelFits,
  createScanBuffers,
  fitModels,
  freedomOf,
  type ModelFits,
  type ScanBuffers,
} from '../kinematics/model-fits.js';
import { fillEdgeSums } from '../kinematics/model-scans.js';
import { MISSING_REASONS } from '../kinematics/plan-dates.js';
import { MEASURE_COUNT, MEASURES, measurePlain } from '../kinematics/series-measures.js';
import { isUsablePlan, type SeriesPlan } from '../kinematics/series-plan.js';
import { createRandom } from '../random.js';
import { type EpochAxis, spanYears } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import type { BoundClassifier, Classifier } from './classifier.js';

/** What `--model` calls the classifier that needs no training. */
export const TEST_TREE = 'test-tree';

const [STABLE, LINEAR, QUADRATIC, BILINEAR, PUE] = [0, 1, 2, 3, 4];
/** Positions in `MODELS`: bases, and the same with a step of one cycle. */
const MODEL = { constant: 0, linear: 1, quadratic: 2, hinge: 3 } as const;
const WITH_STEP = 4;
/** Parameters beside the season, by model. */
const PARAMETERS = [1, 2, 3, 4, 2, 3, 4, 5] as const;
/** A fitted motion whose whole range is below this many material sizes is Stable, however significant. */
const STABLE_RANGE = 1.1;
/** Level of every test: 1 %. */
const LEVEL = 0.01;
const NULL_DRAWS = 600;
/** Noise under which steps of a whole cycle are rehearsed, mm: from good points to bad ones. */
const NULL_SIGMAS_MM = [1.5, 3, 5];
/** However rare under the null, a step must gain as much as identifies one (see the noncentrality of the simulator). */
const LEAST_STEP_GAIN = 15;
/** Bayesian information criteria this far apart speak strongly (Kass and Raftery 1995). */
const STRONG_EVIDENCE = 10;
/** What the decision of the tests weighs against the models' own weights. */
const DECISION_WEIGHT = 0.6;
/** A step is taken for whole cycles where it differs from them by no more than this share of one. */
const CYCLE_TOLERANCE = 0.35;
const SERIES_PER_PRODUCT = 512;

/** Least statistics at which a test rejects, for one axis. */
interface CriticalValues {
  readonly line: number;
  readonly parabola: number;
  readonly hinge: number;
  readonly step: number;
}

/**
 * The sequence of statistical tests of Berti et al. 2013 (constant, linear, quadratic, two lines), after a test for
 * unwrapping errors: a step of whole cycles (fixed in size, free in date) on the best of these. No training, no model
 * file. Searching for a break inflates its significance, so every critical value is simulated once an axis, with a
 * fixed seed, under white noise.
 *
 * Its probabilities are weights by the Bayesian information criterion joined with the decision; they are not
 * calibrated. `outOfFamily` is 1 where a clear step is no whole number of cycles.
 */
export function createTestTree(settings: FeatureSettings): Classifier {
  const { materialMm, cycleMm } = settings;
  const planOf = (axis: EpochAxis): SeriesPlan => {
    const plan = createDescriber({ axis, wavelengthMm: 2 * cycleMm }).planWithout([]);
    if (isUsablePlan(plan)) return plan;
    throw new GroundTrendError(
      'model',
      `The test tree needs more: this file has ${MISSING_REASONS[plan.reason]}.`,
    );
  };
  return {
    name: TEST_TREE,
    classes: TREND_CLASSES,
    fingerprint: 'test-tree 1',
    checkAxis: (axis) => void planOf(axis),
    async bind(axis) {
      const plan = planOf(axis);
      return bindPlan(plan, criticalValues(plan, cycleMm), materialMm, cycleMm);
    },
  };
}

function bindPlan(
  plan: SeriesPlan,
  critical: CriticalValues,
  materialMm: number,
  cycleMm: number,
): BoundClassifier {
  const classCount = TREND_CLASSES.length;
  return {
    async classify(displacements, count) {
      const filled = fillGaps(plan.axis, displacements, count);
      const probabilities = new Float32Array(count * classCount);
      const outOfFamily = new Float32Array(count);
      const jump = new Float32Array(count);
      fitAll(plan, filled, count, cycleMm, (index, fits, buffers) => {
        const decided = decide(plan, fits, critical, materialMm);
        const row = probabilities.subarray(index * classCount, (index + 1) * classCount);
        addWeights(row, fits, materialMm, plan);
        for (let k = 0; k < classCount; k++) row[k] *= 1 - DECISION_WEIGHT;
        row[decided] += DECISION_WEIGHT;
        jump[index] = row[PUE];
        outOfFamily[index] = decided !== PUE && hasOddStep(plan, fits, buffers, cycleMm) ? 1 : 0;
      });
      return { probabilities, outOfFamily, jump };
    },
    async dispose() {},
  };
}

function decide(plan: SeriesPlan, fits: ModelFits, critical: CriticalValues, materialMm: number): number {
  if (stepStatistic(plan, fits) > critical.step) return PUE;
  const motion = bestMotion(plan, fits, critical);
  return rangeOfModel(plan, fits, motion) <= STABLE_RANGE * materialMm ? STABLE : motion;
}

/** The sequence proper: is there a line, does it bend, and if so at once or steadily. Model codes are class codes. */
function bestMotion(plan: SeriesPlan, fits: ModelFits, critical: CriticalValues): number {
  const bends = statistic(plan, fits, MODEL.linear, MODEL.quadratic) > critical.parabola;
  const breaks = statistic(plan, fits, MODEL.linear, MODEL.hinge) > critical.hinge;
  if (breaks && fits.criterion[MODEL.hinge] < fits.criterion[MODEL.quadratic]) return BILINEAR;
  if (bends) return QUADRATIC;
  if (breaks) return BILINEAR;
  return statistic(plan, fits, MODEL.constant, MODEL.linear) > critical.line ? LINEAR : STABLE;
}

/** F of a larger model against a smaller: what it takes off the sum of squares over its own residual variance. */
function statistic(plan: SeriesPlan, fits: ModelFits, smaller: number, larger: number): number {
  const { sumOfSquares } = fits;
  if (!Number.isFinite(sumOfSquares[larger])) return Number.NEGATIVE_INFINITY;
  const variance = Math.max(sumOfSquares[larger], 1e-9) / freedomOf(plan, PARAMETERS[larger]);
  return (sumOfSquares[smaller] - sumOfSquares[larger]) / variance;
}

/** The statistic of the step on the base that describes the series best without one. */
function stepStatistic(plan: SeriesPlan, fits: ModelFits): number {
  let base = 0;
  for (let model = 1; model < WITH_STEP; model++) {
    if (fits.criterion[model] < fits.criterion[base]) base = model;
  }
  let best = base;
  for (let model = WITH_STEP; model < fits.criterion.length; model++) {
    if (fits.criterion[model] < fits.criterion[best]) best = model;
  }
  return best < WITH_STEP ? Number.NEGATIVE_INFINITY : statistic(plan, fits, base, best);
}

/** Range of the fitted motion over the span, mm; fits beside a line are laid out as on evenly spaced dates. */
function rangeOfModel(plan: SeriesPlan, fits: ModelFits, model: number): number {
  const span = spanYears(plan.axis);
  const { velocity, quadraticCoefficient, breakFit } = fits;
  if (model === MODEL.constant) return 0;
  if (model === MODEL.linear) return Math.abs(velocity) * span;
  if (model === MODEL.quadratic) {
    const slope = velocity - quadraticCoefficient * span;
    const at = (time: number) => slope * time + quadraticCoefficient * time * time;
    const turn = -slope / (2 * quadraticCoefficient);
    const values = [0, at(span), turn > 0 && turn < span ? at(turn) : 0];
    return Math.max(...values) - Math.min(...values);
  }
  const share = breakFit.years / span;
  const before = velocity - breakFit.change * (1 - share) ** 2 * (1 + 2 * share);
  const values = [0, before * breakFit.years, before * span + breakFit.change * (span - breakFit.years)];
  return Math.max(...values) - Math.min(...values);
}

/** Akaike-style weights of the criterion, each model's going to its class. */
function addWeights(row: Float32Array, fits: ModelFits, materialMm: number, plan: SeriesPlan): void {
  const least = Math.min(...fits.criterion);
  let total = 0;
  const weights = Array.from(fits.criterion, (value) => {
    const weight = Math.exp(-0.5 * (value - least));
    total += weight;
    return weight;
  });
  weights.forEach((weight, model) => {
    if (weight === 0) return;
    const isQuiet = model < WITH_STEP && rangeOfModel(plan, fits, model) <= STABLE_RANGE * materialMm;
    row[model >= WITH_STEP ? PUE : isQuiet ? STABLE : model] += weight / total;
  });
}

/** Whether a free step on a line is strongly better than any smooth motion, and no whole number of cycles. */
function hasOddStep(plan: SeriesPlan, fits: ModelFits, { steps }: ScanBuffers, cycleMm: number): boolean {
  let gain = 0;
  let size = 0;
  for (const epoch of plan.stepEpochs) {
    const information = plan.edges.stepOnLine[epoch];
    const own = steps[epoch] ** 2 / information;
    if (own <= gain) continue;
    gain = own;
    size = steps[epoch] / information;
  }
  const count = plan.epochs.length;
  const left = Math.max(fits.sumOfSquares[MODEL.linear] - gain, 1e-9);
  const smooth = Math.min(...fits.criterion.subarray(0, WITH_STEP));
  const season = plan.seasonal ? 2 : 0;
  const criterion = count * Math.log(left / count) + (4 + season) * Math.log(count);
  return smooth - criterion > STRONG_EVIDENCE && !isWholeCycles(size / cycleMm);
}

function isWholeCycles(cycles: number): boolean {
  const nearest = Math.round(Math.abs(cycles));
  return nearest >= 1 && Math.abs(Math.abs(cycles) - nearest) <= CYCLE_TOLERANCE;
}

/** Critical values at the 1 % level, from white noise on this axis. */
function criticalValues(plan: SeriesPlan, cycleMm: number): CriticalValues {
  const epochs = plan.axis.days.length;
  const random = createRandom('test tree: series without motion');
  const noise = Float32Array.from({ length: NULL_DRAWS * epochs }, () => random.normal());
  const lines: number[] = [];
  const parabolas: number[] = [];
  const hinges: number[] = [];
  const steps: number[] = [];
  for (const sigmaMm of NULL_SIGMAS_MM) {
    const drawn = noise.map((value) => value * sigmaMm);
    const own: number[] = [];
    fitAll(plan, drawn, NULL_DRAWS, cycleMm, (_, fits) => {
      own.push(stepStatistic(plan, fits));
      // These do not depend on the size of the noise.
      if (sigmaMm !== NULL_SIGMAS_MM[0]) return;
      lines.push(statistic(plan, fits, MODEL.constant, MODEL.linear));
      parabolas.push(statistic(plan, fits, MODEL.linear, MODEL.quadratic));
      hinges.push(statistic(plan, fits, MODEL.linear, MODEL.hinge));
    });
    steps.push(upperQuantile(own));
  }
  return {
    line: upperQuantile(lines),
    parabola: upperQuantile(parabolas),
    hinge: upperQuantile(hinges),
    step: Math.max(LEAST_STEP_GAIN, ...steps),
  };
}

function upperQuantile(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor((1 - LEVEL) * (sorted.length - 1))];
}

/** Fits every series (row-major, no gaps) and shows the fits, which are used again for the next. */
function fitAll(
  plan: SeriesPlan,
  series: Float32Array,
  count: number,
  cycleMm: number,
  take: (index: number, fits: ModelFits, buffers: ScanBuffers) => void,
): void {
  const epochs = plan.axis.days.length;
  const fits = createModelFits();
  const buffers = createScanBuffers(epochs);
  for (let start = 0; start < count; start += SERIES_PER_PRODUCT) {
    const rows = Math.min(SERIES_PER_PRODUCT, count - start);
    const { whitened, coefficients, measures } = measurePlain(
      plan,
      series.subarray(start * epochs, (start + rows) * epochs),
      rows,
    );
    for (let row = 0; row < rows; row++) {
      const first = row * COEFFICIENT_COUNT;
      fillEdgeSums(plan, whitened, row * epochs, buffers);
      fitModels(
        plan,
        coefficients[first + COEFFICIENTS.glsVelocity],
        coefficients[first + COEFFICIENTS.glsQuadratic],
        measures[row * MEASURE_COUNT + MEASURES.whitened],
        cycleMm,
        buffers,
        fits,
      );
      take(start + row, fits, buffers);
    }
  }
}
