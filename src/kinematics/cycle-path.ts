/** Whole cycles that a date may be off by, up or down. */
export const MOST_CYCLES = 2;
const STATES = 2 * MOST_CYCLES + 1;
/** After a gap longer than this a jump costs half as much: unwrapping fails there first. */
const LONG_STEP_DAYS = 18;

/** One series as the search for its cycles sees it; one value a date that is there. */
export interface CycleProblem {
  readonly days: ArrayLike<number>;
  /** Displacement less the smooth motion, mm. */
  readonly residuals: Float64Array;
  /** Correlation of the noise with that of the date before; the first is not used. */
  readonly correlations: Float64Array;
  /** Variance of the noise, mm^2. */
  readonly variance: number;
  /** Displacement of one cycle, mm. */
  readonly cycle: number;
  /** Cost of a change by one cycle, on the scale of -2 ln likelihood. */
  readonly penalty: number;
}

/**
 * The cheapest path of whole cycles, starting at 0 (Viterbi): each date costs the squared innovation of its noise, given
 * the date before, over its variance; each change of cycle costs the penalty, half after a long gap.
 *
 * Noise is taken as Markov between neighbouring dates, which keeps the search linear in their number.
 */
export function findCyclePath(problem: CycleProblem): Int8Array {
  const { days, residuals, correlations, variance, cycle, penalty } = problem;
  const count = residuals.length;
  let costs = new Float64Array(STATES).fill(Number.POSITIVE_INFINITY);
  let next = new Float64Array(STATES);
  const from = new Int8Array(count * STATES);
  costs[MOST_CYCLES] = 0;
  for (let i = 1; i < count; i++) {
    const correlation = correlations[i];
    const scale = 1 / (variance * (1 - correlation * correlation));
    const price = days[i] - days[i - 1] > LONG_STEP_DAYS ? penalty / 2 : penalty;
    for (let state = 0; state < STATES; state++) {
      const residual = residuals[i] - (state - MOST_CYCLES) * cycle;
      let best = Number.POSITIVE_INFINITY;
      let bestBefore = 0;
      for (let before = 0; before < STATES; before++) {
        const innovation = residual - correlation * (residuals[i - 1] - (before - MOST_CYCLES) * cycle);
        const cost = costs[before] + innovation * innovation * scale + price * Math.abs(state - before);
        if (cost < best) {
          best = cost;
          bestBefore = before;
        }
      }
      next[state] = best;
      from[i * STATES + state] = bestBefore;
    }
    [costs, next] = [next, costs];
  }
  let state = costs.indexOf(Math.min(...costs));
  const path = new Int8Array(count);
  for (let i = count - 1; i >= 0; i--) {
    path[i] = state - MOST_CYCLES;
    state = from[i * STATES + state];
  }
  return path;
}

/**
 * Takes out of a path what lasts fewer than `least` dates: such dates take the level of what comes before them. They are
 * outliers, not jumps. The first stretch keeps its level.
 */
export function dropShortStretches(path: Int8Array, least: number): Int8Array {
  const kept = Int8Array.from(path);
  let start = 0;
  while (start < kept.length) {
    let end = start + 1;
    while (end < kept.length && kept[end] === kept[start]) end++;
    if (end - start < least) {
      const level = start > 0 ? kept[start - 1] : (kept[end] ?? kept[start]);
      kept.fill(level, start, end);
    }
    start = end;
  }
  return fromItsStart(kept);
}

/** Takes the first and last stretch out of a path where they have fewer than `least` dates. */
export function dropShortOuterStretches(path: Int8Array, least: number): Int8Array {
  const count = path.length;
  let head = 1;
  while (head < count && path[head] === path[0]) head++;
  let tail = 1;
  while (tail < count && path[count - 1 - tail] === path[count - 1]) tail++;
  const kept = Int8Array.from(path);
  if (head < least && head < count) kept.fill(path[head], 0, head);
  if (tail < least && tail < count) kept.fill(path[count - 1 - tail], count - tail);
  return fromItsStart(kept);
}

/** A path counts its cycles from its first date. */
function fromItsStart(path: Int8Array): Int8Array {
  const origin = path[0];
  return origin === 0 ? path : path.map((value) => value - origin);
}
