import type { SeriesPlan } from './series-plan.js';

/** Where the best hinge breaks, and what it explains. Times in years since the axis's first date. */
export interface BreakFit {
  /** What the hinge takes off the whitened sum of squares of the line; 0 where no hinge can be fitted. */
  gain: number;
  years: number;
  /** Change of velocity, mm/yr. */
  change: number;
  /** The first date after the break, or one of the missing dates between. */
  edge: number;
}

/**
 * An interval of break dates; `disjoint` where the likely dates have a hole, `open` where they reach an end of the
 * search.
 */
export interface BreakInterval {
  low: number;
  high: number;
  disjoint: boolean;
  open: boolean;
}

/**
 * Finds the best break at any time, not only at dates. Between two neighbouring dates what a hinge at b explains is
 * (A - b B)^2 / (G_aa - 2 b G_ab + b^2 G_bb), whose maximum is closed: b = (A G_ab - B G_aa) / (A G_bb - B G_ab).
 *
 * @param ramps A by edge: sums of t u from the edge on
 * @param steps B by edge: sums of u from the edge on
 * @param bestEpoch the date at which a hinge explains most
 */
export function refineBreak(
  plan: SeriesPlan,
  ramps: Float64Array,
  steps: Float64Array,
  bestEpoch: number,
  bestGain: number,
  fit: BreakFit,
): void {
  const { years } = plan.axis;
  const { stepOnLine, rampOnStep, rampRamp } = plan.edges;
  fit.gain = bestGain;
  fit.years = years[bestEpoch];
  fit.edge = bestEpoch;
  for (let side = 0; side < 2; side++) {
    const low = side === 0 ? plan.previousEpoch[bestEpoch] : bestEpoch;
    const high = side === 0 ? bestEpoch : plan.nextEpoch[bestEpoch];
    const edge = low + 1;
    const a = ramps[edge];
    const b = steps[edge];
    const gaa = rampRamp[edge];
    const gab = rampOnStep[edge];
    const gbb = stepOnLine[edge];
    const candidate = (a * gab - b * gaa) / (a * gbb - b * gab);
    if (!(candidate > years[low] && candidate <= years[high])) continue;
    const value = a - candidate * b;
    const gain = (value * value) / (gaa - 2 * candidate * gab + candidate * candidate * gbb);
    if (gain <= fit.gain) continue;
    fit.gain = gain;
    fit.years = candidate;
    fit.edge = edge;
  }
  const value = ramps[fit.edge] - fit.years * steps[fit.edge];
  fit.change = value / hingeInformation(plan, fit.edge, fit.years);
}

/** h'Ph of a hinge at `years` in (t_(edge-1), t_edge]. */
export function hingeInformation(plan: SeriesPlan, edge: number, years: number): number {
  const { stepOnLine, rampOnStep, rampRamp } = plan.edges;
  return rampRamp[edge] - 2 * years * rampOnStep[edge] + years * years * stepOnLine[edge];
}

/**
 * The set of break dates whose whitened sum of squares stays below the limit (profile likelihood), as a hull.
 *
 * @param gains what a hinge at each date of the plan's `hingeEpochs` explains
 * @param threshold the least that a date must explain to belong to the set
 */
export function intervalOfBreak(
  plan: SeriesPlan,
  ramps: Float64Array,
  steps: Float64Array,
  gains: Float64Array,
  fit: BreakFit,
  threshold: number,
  interval: BreakInterval,
): void {
  const { hingeEpochs } = plan;
  const { years } = plan.axis;
  const count = hingeEpochs.length;
  let first = count;
  let last = -1;
  for (let i = 0; i < count; i++) {
    if (gains[i] < threshold) continue;
    if (first === count) first = i;
    last = i;
  }
  interval.low = fit.years;
  interval.high = fit.years;
  interval.open = first === 0 || last === count - 1;
  interval.disjoint = false;
  // The best date itself lies between two epochs of which neither need belong to the set.
  const before = indexBefore(hingeEpochs, years, fit.years);
  first = Math.min(first, before + 1);
  last = Math.max(last, before);
  for (let i = first; i <= last; i++) {
    if (gains[i] < threshold) interval.disjoint = true;
  }
  if (first > 0)
    interval.low = crossing(plan, ramps, steps, hingeEpochs[first - 1], threshold, fit.years, true);
  else interval.low = years[hingeEpochs[0]];
  if (last < count - 1)
    interval.high = crossing(plan, ramps, steps, hingeEpochs[last], threshold, fit.years, false);
  else interval.high = years[hingeEpochs[count - 1]];
  interval.low = Math.min(interval.low, fit.years);
  interval.high = Math.max(interval.high, fit.years);
}

function indexBefore(hingeEpochs: Int32Array, years: Float64Array, time: number): number {
  let index = -1;
  while (index + 1 < hingeEpochs.length && years[hingeEpochs[index + 1]] <= time) index++;
  return index;
}

/** Where the explained sum crosses the threshold between the plan's date `epoch` and the next one in the search. */
function crossing(
  plan: SeriesPlan,
  ramps: Float64Array,
  steps: Float64Array,
  epoch: number,
  threshold: number,
  best: number,
  rising: boolean,
): number {
  const { years } = plan.axis;
  const { stepOnLine, rampOnStep, rampRamp } = plan.edges;
  const edge = epoch + 1;
  const a = ramps[edge];
  const b = steps[edge];
  // (a - x b)^2 = threshold (gaa - 2 x gab + x^2 gbb)
  const square = b * b - threshold * stepOnLine[edge];
  const linear = -2 * (a * b - threshold * rampOnStep[edge]);
  const constant = a * a - threshold * rampRamp[edge];
  const low = years[epoch];
  const high = years[plan.nextEpoch[epoch]];
  const discriminant = linear * linear - 4 * square * constant;
  const root = discriminant >= 0 && square !== 0 ? Math.sqrt(discriminant) : Number.NaN;
  const first = (-linear - root) / (2 * square);
  const second = (-linear + root) / (2 * square);
  const isFirst = first >= low && first <= high;
  const isSecond = second >= low && second <= high;
  if (isFirst && isSecond) return rising ? Math.min(first, second) : Math.max(first, second);
  if (isFirst || isSecond) return isFirst ? first : second;
  return rising ? Math.min(high, best) : Math.max(low, best);
}

/** Cramer and Rao's limit of the break date for a change of 1 mm/yr and noise of 1 mm, years, under the plan's noise. */
export function breakLimitYears(plan: SeriesPlan, time: number): number {
  const { years } = plan.axis;
  let edge = 1;
  while (edge < years.length - 1 && years[edge] < time) edge++;
  const { stepOnLine, rampOnStep } = plan.edges;
  const hinge = hingeInformation(plan, edge, time);
  const cross = rampOnStep[edge] - time * stepOnLine[edge];
  return Math.sqrt(hinge / (hinge * stepOnLine[edge] - cross * cross));
}
