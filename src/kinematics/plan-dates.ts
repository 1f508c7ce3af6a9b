import type { EpochAxis } from '../series/epoch-axis.js';

/** Why a point has no numbers; the order is that of the codes. */
export const MISSING_REASONS = [
  '',
  'fewer than 20 dates',
  'less than a year of dates',
  'a gap of a year or more',
  'fewer than three distinct values',
] as const;
export const NO_REASON = 0;
const REASON_FEW_DATES = 1;
const REASON_SHORT_SPAN = 2;
const REASON_LONG_GAP = 3;
export const REASON_FEW_VALUES = 4;

const MIN_DATES = 20;
const MIN_SPAN_DAYS = 365;
const LONG_GAP_DAYS = 365;
/** Both sides of a break keep this many dates and this share of the span. */
const MIN_SIDE_DATES = 8;
const MIN_SIDE_SHARE = 0.08;
/** Changes between dates count as those of a revisit up to this distance, or half as much again as the usual one. */
const LEAST_REVISIT_DAYS = 12;
/** A jump lasts three dates at least; what is shorter is an outlier. */
export const MIN_JUMP_DATES = 3;

/** Why these dates cannot carry a description, or `NO_REASON`. */
export function checkEpochs({ days }: EpochAxis, epochs: Int32Array): number {
  if (epochs.length < MIN_DATES) return REASON_FEW_DATES;
  if (days[epochs[epochs.length - 1]] - days[epochs[0]] < MIN_SPAN_DAYS) return REASON_SHORT_SPAN;
  for (let i = 1; i < epochs.length; i++) {
    if (days[epochs[i]] - days[epochs[i - 1]] >= LONG_GAP_DAYS) return REASON_LONG_GAP;
  }
  return NO_REASON;
}

/** Dates at which a step may start. */
export function stepEpochs(epochs: Int32Array): Int32Array {
  return epochs.slice(MIN_JUMP_DATES, epochs.length - MIN_JUMP_DATES + 1);
}

/** Dates at which a hinge may break: one after the other, none of them near an end. */
export function hingeEpochs({ years }: EpochAxis, epochs: Int32Array): Int32Array {
  const first = years[epochs[0]];
  const last = years[epochs[epochs.length - 1]];
  const margin = MIN_SIDE_SHARE * (last - first);
  return epochs.filter((epoch, index) => {
    const year = years[epoch];
    return (
      index >= MIN_SIDE_DATES &&
      epochs.length - index > MIN_SIDE_DATES &&
      year - first >= margin &&
      last - year >= margin
    );
  });
}

/** So many dates apart stand the hinges among which the best is looked for first. */
const NODE_STRIDE = 4;

/**
 * Every fourth of the dates at which a hinge may break, and the last of them; ahead of and behind them the dates next to
 * them all. As places in `epochs`; none where no hinge may break.
 */
export function hingeNodes(epochs: Int32Array, hinges: Int32Array): Int32Array {
  if (hinges.length === 0) return new Int32Array(0);
  const first = epochs.indexOf(hinges[0]);
  const last = first + hinges.length - 1;
  const nodes = [first - 1];
  for (let place = first; place < last; place += NODE_STRIDE) nodes.push(place);
  return Int32Array.from([...nodes, last, last + 1]);
}

/** The date before and after each of `epochs`, by epoch of the axis; -1 and the axis's length at the ends. */
export function neighbouringEpochs(
  epochs: Int32Array,
  total: number,
): { readonly previousEpoch: Int32Array; readonly nextEpoch: Int32Array } {
  const previousEpoch = new Int32Array(total).fill(-1);
  const nextEpoch = new Int32Array(total).fill(total);
  for (let i = 1; i < epochs.length; i++) {
    previousEpoch[epochs[i]] = epochs[i - 1];
    nextEpoch[epochs[i - 1]] = epochs[i];
  }
  return { previousEpoch, nextEpoch };
}

/**
 * By place in `epochs`: 1 where the next date comes a nominal revisit later, 0 where it comes later than that or never.
 */
export function revisitFlags({ days }: EpochAxis, epochs: Int32Array): Float32Array {
  const steps = Int32Array.from(epochs.subarray(1), (epoch, i) => days[epoch] - days[epochs[i]]);
  const usual = Int32Array.from(steps).sort()[steps.length >> 1];
  const limit = Math.max(LEAST_REVISIT_DAYS, 1.5 * usual);
  return Float32Array.from(epochs, (_, i) => (i < steps.length && steps[i] <= limit ? 1 : 0));
}
