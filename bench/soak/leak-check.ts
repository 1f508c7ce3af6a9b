/** How much a quantity may grow with every round before it counts as a leak. */
export interface Bound {
  readonly name: string;
  readonly unit: string;
  readonly mostPerRound: number;
}

/**
 * - `flat`: with 95 % confidence the growth is below the bound
 * - `leak`: with 95 % confidence it is above
 * - `open`: too few rounds to tell
 */
export type Verdict = 'flat' | 'leak' | 'open';

export interface Finding {
  readonly bound: Bound;
  readonly rounds: number;
  /** Median at the beginning and at the end of what was judged. */
  readonly first: number;
  readonly last: number;
  /** Growth with every round: the estimate and the ends of its 95 % interval. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: Verdict;
}

/** The first rounds fill caches and compile code. */
const WARM_UP_SHARE = 0.2;
const WARM_UP_ROUNDS = 20;
const FEWEST_ROUNDS = 8;
const NORMAL_95 = 1.959964;

/**
 * Judges values that were taken once a round, by the Theil-Sen slope and its interval from Kendall's statistic (Sen,
 * 1968, JASA 63: 1379-1389), which a few odd rounds do not move.
 */
export function judgeGrowth(values: readonly number[], bound: Bound): Finding {
  const judged = values.slice(Math.max(WARM_UP_ROUNDS, Math.floor(WARM_UP_SHARE * values.length)));
  const slopes: number[] = [];
  for (let i = 0; i < judged.length; i++) {
    for (let j = i + 1; j < judged.length; j++) slopes.push((judged[j] - judged[i]) / (j - i));
  }
  if (judged.length < FEWEST_ROUNDS) return undecided(values, bound);
  slopes.sort((left, right) => left - right);
  const count = judged.length;
  const spread = NORMAL_95 * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const at = (position: number) => slopes[Math.max(0, Math.min(slopes.length - 1, Math.round(position)))];
  const low = at((slopes.length - spread) / 2 - 1);
  const high = at((slopes.length + spread) / 2);
  const edge = Math.max(1, Math.floor(count / 5));
  return {
    bound,
    rounds: count,
    first: median(judged.slice(0, edge)),
    last: median(judged.slice(-edge)),
    slope: at((slopes.length - 1) / 2),
    low,
    high,
    verdict: judge(low, high, bound.mostPerRound),
  };
}

function undecided(values: readonly number[], bound: Bound): Finding {
  const unknown = { slope: Number.NaN, low: Number.NaN, high: Number.NaN };
  return { bound, rounds: 0, first: values[0], last: values[values.length - 1], ...unknown, verdict: 'open' };
}

function judge(low: number, high: number, most: number): Verdict {
  if (low > most) return 'leak';
  return high <= most ? 'flat' : 'open';
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

/** A table of findings in Markdown. */
export function formatFindings(findings: readonly Finding[]): string {
  const rows = findings.map(({ bound, rounds, first, last, slope, low, high, verdict }) =>
    [
      `${bound.name} (${bound.unit})`,
      rounds,
      round(first),
      round(last),
      `${round(slope)} (${round(low)} to ${round(high)})`,
      bound.mostPerRound,
      verdict,
    ].join(' | '),
  );
  return [
    '| what | rounds judged | at first | at last | growth a round (95 %) | bound | verdict |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}

function round(value: number): string {
  return value === 0 || Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 3 : 1);
}
