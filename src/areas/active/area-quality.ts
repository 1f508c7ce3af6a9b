/** How far an area's points bear each other out, after the quality index of Barra et al. 2017. */
export interface AreaQuality {
  /** 1 (reliable) to 4 (to be looked at with care); 0 where the map holds no series. */
  readonly index: 0 | 1 | 2 | 3 | 4;
  /** Median over points of the correlation of a series with itself one date later. */
  readonly temporal: number;
  /** Median over pairs of points of the correlation of their series. */
  readonly spatial: number;
  /** Why, in words. */
  readonly reason: string;
}

/** What the reason may name besides the series. */
export interface AreaEvidence {
  readonly activePoints: number;
  readonly allPoints: number;
  /** Share of the most frequent trend among the active points. */
  readonly dominantShare: number;
}

/** How the reason begins where an area is not judged. */
export const NOT_JUDGED = 'not judged: the map holds no series';
const MOST_PAIRS = 200;
/** Bounds of the mean of both correlations (our own, to be calibrated). */
const BOUNDS = [0.75, 0.55, 0.35];

/** Judges an area by some of its points' series (gap-free, equal length); none where the map holds no series. */
export function judgeArea(series: readonly Float32Array[], evidence: AreaEvidence): AreaQuality {
  if (series.length < 2) {
    return {
      index: 0,
      temporal: Number.NaN,
      spatial: Number.NaN,
      reason: [NOT_JUDGED, ...describeWeaknesses(evidence)].join('; '),
    };
  }
  const temporal = median(series.map(lagOneCorrelation));
  const spatial = median(listPairs(series.length).map(([i, j]) => correlate(series[i], series[j])));
  const score = (temporal + spatial) / 2;
  const grade = BOUNDS.findIndex((bound) => score >= bound);
  return {
    index: (grade < 0 ? 4 : grade + 1) as 1 | 2 | 3 | 4,
    temporal,
    spatial,
    reason: [
      `${temporal >= BOUNDS[1] ? 'smooth' : 'noisy'} in time (correlation ${temporal.toFixed(2)})`,
      `points move ${spatial >= BOUNDS[1] ? 'together' : 'apart'} (correlation ${spatial.toFixed(2)})`,
      ...describeWeaknesses(evidence),
    ].join('; '),
  };
}

function describeWeaknesses({ activePoints, allPoints, dominantShare }: AreaEvidence): string[] {
  const weaknesses: string[] = [];
  if (activePoints < 10) weaknesses.push(`only ${activePoints} active points`);
  const activeShare = activePoints / allPoints;
  if (activeShare < 0.5)
    weaknesses.push(`only ${Math.round(100 * activeShare)} % of the points inside are active`);
  if (dominantShare < 0.6)
    weaknesses.push(`trends are mixed (${Math.round(100 * dominantShare)} % of one kind)`);
  return weaknesses;
}

/** All pairs, or evenly chosen ones where there are more than 200. */
function listPairs(count: number): [number, number][] {
  const total = (count * (count - 1)) / 2;
  const stride = Math.max(1, total / MOST_PAIRS);
  const pairs: [number, number][] = [];
  let number = 0;
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++, number++) {
      if (Math.floor((number + 1) / stride) > Math.floor(number / stride)) pairs.push([i, j]);
    }
  }
  return pairs;
}

/** Correlation of a series with itself one date later, about its mean; 0 for a constant one. */
export function lagOneCorrelation(series: Float32Array): number {
  const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
  let [product, square] = [0, 0];
  for (let i = 0; i < series.length; i++) {
    square += (series[i] - mean) ** 2;
    if (i > 0) product += (series[i] - mean) * (series[i - 1] - mean);
  }
  return square > 0 ? product / square : 0;
}

/** Pearson's correlation; 0 where one of the two is constant. */
export function correlate(left: Float32Array, right: Float32Array): number {
  const leftMean = left.reduce((sum, value) => sum + value, 0) / left.length;
  const rightMean = right.reduce((sum, value) => sum + value, 0) / right.length;
  let [product, leftSquare, rightSquare] = [0, 0, 0];
  for (let i = 0; i < left.length; i++) {
    product += (left[i] - leftMean) * (right[i] - rightMean);
    leftSquare += (left[i] - leftMean) ** 2;
    rightSquare += (right[i] - rightMean) ** 2;
  }
  return product === 0 ? 0 : product / Math.sqrt(leftSquare * rightSquare);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
