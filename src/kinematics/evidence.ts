import type { TrendClass } from '../series/trend-class.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import type { Description } from './description.js';
import { MODEL_COUNT } from './model-fits.js';
import { MISSING_REASONS, NO_REASON } from './series-plan.js';

/** Ratios are told up to this: beyond a million to one the noise model is the weaker link. */
export const MOST_EVIDENCE = 1_000_000;
/** Criterion of the models with a step by their best one. */
const STEP_MODELS = [4, 5, 6, 7];

/** How much more likely one class's model is than the best of the others. */
export interface Evidence {
  /** exp of half the difference of information criteria, between 1e-6 and 1e6; below 1 the rival explains more. */
  readonly ratio: number;
  readonly against: TrendClass;
}

/**
 * Information criterion of each trend's model, in the order of codes. PUE: the best motion with one step of a cycle, or
 * the path that a search for jumps found, by its gain over the best smooth motion.
 */
export function criteriaOf(description: Description, point: number, jumpGain = 0): number[] {
  const start = point * MODEL_COUNT;
  const value = (model: number): number => description.criterion[start + model];
  const smooth = [0, 1, 2, 3].map(value);
  const withPath = jumpGain > 0 ? Math.min(...smooth) - jumpGain : Number.POSITIVE_INFINITY;
  return [...smooth, Math.min(withPath, ...STEP_MODELS.map(value))];
}

/**
 * Evidence for a class against the best other one, by the information criterion under the file's noise; `undefined`
 * where the point has no numbers.
 *
 * It weighs shapes, not sizes: a classifier that calls a significant but immaterial motion Stable may be right with
 * the evidence against it.
 */
export function evidenceFor(
  description: Description,
  point: number,
  trend: TrendClass,
  jumpGain?: number,
): Evidence | undefined {
  if (description.reason[point] !== NO_REASON) return undefined;
  const criteria = criteriaOf(description, point, jumpGain);
  const own = TREND_CLASSES.indexOf(trend);
  let rival = own === 0 ? 1 : 0;
  for (let other = 0; other < criteria.length; other++) {
    if (other !== own && criteria[other] < criteria[rival]) rival = other;
  }
  const difference = criteria[rival] - criteria[own];
  if (Number.isNaN(difference)) return undefined;
  const limit = Math.log(MOST_EVIDENCE);
  return {
    ratio: Math.exp(Math.max(-limit, Math.min(limit, difference / 2))),
    against: TREND_CLASSES[rival],
  };
}

/** Says in a sentence why a point has its class, or why nothing can be said: `Bilinear rather than Quadratic: evidence 34 to 1.` */
export function explainClass(
  description: Description,
  point: number,
  trend: TrendClass,
  jumpGain?: number,
): string {
  const reason = description.reason[point];
  if (reason !== NO_REASON) return `No numbers: ${MISSING_REASONS[reason]}.`;
  const evidence = evidenceFor(description, point, trend, jumpGain);
  if (evidence === undefined) return 'The competing models cannot be told apart.';
  const { ratio, against } = evidence;
  if (ratio >= 1) return `${trend} rather than ${against}: evidence ${formatOdds(ratio)} to 1.`;
  const size = `evidence ${formatOdds(1 / ratio)} to 1 for ${against}`;
  return `${trend}, although ${against} follows the dates more closely (${size}): the difference is not material.`;
}

function formatOdds(ratio: number): string {
  if (ratio >= MOST_EVIDENCE) return 'more than a million';
  if (ratio >= 10) return Math.round(ratio).toLocaleString('en');
  return ratio.toFixed(1);
}
