import type { TrendClass } from '../series/trend-class.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import type { Description } from './description.js';
import { MODEL_COUNT, SMOOTH_MODELS } from './model-fits.js';
import { MISSING_REASONS, NO_REASON } from './plan-dates.js';

/** Ratios are told up to this: beyond a million to one the noise model is the weaker link. */
export const MOST_EVIDENCE = 1_000_000;

/** How much more likely one class's model is than the best of the others. */
export interface Evidence {
  /** exp of half the difference of information criteria, between 1e-6 and 1e6; below 1 the rival explains more. */
  readonly ratio: number;
  readonly against: TrendClass;
}

/**
 * Information criterion of a trend's model, by its code. PUE: the best motion with one step of a cycle, or the path that
 * a search for jumps found, by its gain over the best smooth motion.
 */
function criterionOf({ criterion }: Description, point: number, code: number, jumpGain: number): number {
  const start = point * MODEL_COUNT;
  if (code < SMOOTH_MODELS) return criterion[start + code];
  let best = Number.POSITIVE_INFINITY;
  if (jumpGain > 0) {
    for (let model = 0; model < SMOOTH_MODELS; model++) best = Math.min(best, criterion[start + model]);
    best -= jumpGain;
  }
  for (let model = SMOOTH_MODELS; model < MODEL_COUNT; model++)
    best = Math.min(best, criterion[start + model]);
  return best;
}

/** Code of the best class other than a point's own, or of none. */
const NO_RIVAL = 255;

/** Evidence for the class of every point of a batch: `NaN` and `NO_RIVAL` where a point has no numbers. */
export interface ClassEvidence {
  readonly ratios: Float32Array;
  readonly rivals: Uint8Array;
}

/**
 * What `evidenceFor` says of every point.
 *
 * @param classes codes of `TREND_CLASSES`; 255 for none
 * @param jumpGains by point, of those whose jumps were searched for
 */
export function weighClasses(
  description: Description,
  classes: ArrayLike<number>,
  jumpGains: { get(point: number): { readonly gain: number } | undefined } | undefined,
): ClassEvidence {
  const { count, reason } = description;
  const ratios = new Float32Array(count).fill(Number.NaN);
  const rivals = new Uint8Array(count).fill(NO_RIVAL);
  for (let point = 0; point < count; point++) {
    if (reason[point] !== NO_REASON || classes[point] >= TREND_CLASSES.length) continue;
    const gain = jumpGains?.get(point)?.gain ?? 0;
    const rival = likeliestOther(description, point, classes[point], gain);
    const ratio = ratioOf(description, point, classes[point], rival, gain);
    if (Number.isNaN(ratio)) continue;
    ratios[point] = ratio;
    rivals[point] = rival;
  }
  return { ratios, rivals };
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
  jumpGain = 0,
): Evidence | undefined {
  if (description.reason[point] !== NO_REASON) return undefined;
  const own = TREND_CLASSES.indexOf(trend);
  const rival = likeliestOther(description, point, own, jumpGain);
  const ratio = ratioOf(description, point, own, rival, jumpGain);
  return Number.isNaN(ratio) ? undefined : { ratio, against: TREND_CLASSES[rival] };
}

function likeliestOther(description: Description, point: number, own: number, jumpGain: number): number {
  let rival = -1;
  let least = Number.NaN;
  for (let other = 0; other < TREND_CLASSES.length; other++) {
    if (other === own) continue;
    const criterion = criterionOf(description, point, other, jumpGain);
    if (rival >= 0 && !(criterion < least)) continue;
    rival = other;
    least = criterion;
  }
  return rival;
}

/** `NaN` where neither class's model can be fitted. */
function ratioOf(
  description: Description,
  point: number,
  own: number,
  rival: number,
  jumpGain: number,
): number {
  const difference =
    criterionOf(description, point, rival, jumpGain) - criterionOf(description, point, own, jumpGain);
  const limit = Math.log(MOST_EVIDENCE);
  return Math.exp(Math.max(-limit, Math.min(limit, difference / 2)));
}

/**
 * Says in a sentence why a point has its class, or why nothing can be said: `Bilinear rather than Quadratic: evidence
 * 34 to 1.`
 */
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
  const odds = `evidence ${formatOdds(1 / ratio)} to 1`;
  if (against === 'PUE') {
    // A cycle is material, whatever the trend: here the classifier and the dates disagree.
    return `${trend}, although ${against} follows the dates more closely (${odds} for it): the classifier does not take the step for a jump.`;
  }
  const isSimpler = TREND_CLASSES.indexOf(trend) < TREND_CLASSES.indexOf(against);
  return isSimpler
    ? `${trend}, although ${against} follows the dates more closely (${odds} for it): the difference is not material.`
    : `${trend} by its size, although ${against} with noise such as this file's would be likelier (${odds}).`;
}

function formatOdds(ratio: number): string {
  if (ratio >= 0.999 * MOST_EVIDENCE) return 'more than a million';
  if (ratio >= 10) return Math.round(ratio).toLocaleString('en');
  return ratio.toFixed(1);
}
