/** How two estimates of the same quantity differ over many points; pairs with a missing value are left out. */
export interface Comparison {
  readonly count: number;
  readonly medianDifference: number;
  /** 95th percentile of the absolute differences. */
  readonly largeDifference: number;
  readonly correlation: number;
}

export function compareEstimates(ours: ArrayLike<number>, theirs: ArrayLike<number>): Comparison {
  const differences: number[] = [];
  const pairs: [number, number][] = [];
  for (let i = 0; i < ours.length; i++) {
    if (!Number.isFinite(ours[i]) || !Number.isFinite(theirs[i])) continue;
    differences.push(Math.abs(ours[i] - theirs[i]));
    pairs.push([ours[i], theirs[i]]);
  }
  const count = pairs.length;
  differences.sort((left, right) => left - right);
  const meanOf = (side: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[side], 0) / count;
  const means = [meanOf(0), meanOf(1)];
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const [x, y] of pairs) {
    xx += (x - means[0]) ** 2;
    xy += (x - means[0]) * (y - means[1]);
    yy += (y - means[1]) ** 2;
  }
  return {
    count,
    medianDifference: differences[count >> 1],
    largeDifference: differences[Math.floor(0.95 * count)],
    correlation: xy / Math.sqrt(xx * yy),
  };
}
