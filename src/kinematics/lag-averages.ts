import type { EpochAxis } from '../series/epoch-axis.js';
import { dotProduct } from './linear-algebra.js';
import type { Projection } from './projections.js';
import { coefficientRow } from './projections.js';

/** Pairs of dates gathered by their lag. */
export interface LagBins {
  readonly count: number;
  /** Bin of every pair of dates (lower triangle, row-major); -1 beyond the longest lag. */
  readonly pairs: Int16Array;
  /** Pairs of dates by bin. */
  readonly counts: Float64Array;
}

/** Bins of lags up to two thirds of the span: every day of the first weeks by itself, then ever wider. */
export function lagBins(axis: EpochAxis): LagBins {
  const { days } = axis;
  const epochs = days.length;
  const longest = Math.floor(((days[epochs - 1] - days[0]) * 2) / 3);
  const bin = new Int16Array(days[epochs - 1] - days[0] + 1).fill(-1);
  let index = 0;
  for (let lag = 0; lag <= longest; ) {
    const width = lag === 0 ? 1 : Math.max(1, Math.floor(lag * 0.2));
    bin.fill(index, lag, Math.min(longest + 1, lag + width));
    lag += width;
    index++;
  }
  const pairs = new Int16Array((epochs * (epochs + 1)) / 2);
  const counts = new Float64Array(index);
  let at = 0;
  for (let row = 0; row < epochs; row++) {
    for (let column = 0; column <= row; column++) {
      const value = bin[days[row] - days[column]];
      pairs[at++] = value;
      if (value >= 0) counts[value]++;
    }
  }
  return { count: index, pairs, counts };
}

/** Adds the products of all pairs of dates of up to four series, each divided by its own variance, to their bins. */
export function accumulateByLag(
  residuals: readonly Float64Array[],
  variances: Float64Array,
  pairs: Int16Array,
  sums: Float64Array,
): void {
  const [first, second, third, fourth] = residuals;
  let at = 0;
  for (let row = 0; row < first.length; row++) {
    const firstValue = first[row] / variances[0];
    const secondValue = second[row] / variances[1];
    const thirdValue = third[row] / variances[2];
    const fourthValue = fourth[row] / variances[3];
    for (let column = 0; column <= row; column++) {
      const bin = pairs[at++];
      if (bin < 0) continue;
      sums[bin] +=
        firstValue * first[column] +
        secondValue * second[column] +
        thirdValue * third[column] +
        fourthValue * fourth[column];
    }
  }
}

/**
 * Averages by lag of R C R', where R = I - X M takes out the projection's columns X and C is one part of the noise (0
 * days: white). With G = M C, S = G M' and H = G - S X' / 2 that is C - X H - (X H)', a few products a pair of dates.
 */
export function binnedKernel(
  axis: EpochAxis,
  projection: Projection,
  bins: LagBins,
  timeConstant: number,
): Float64Array {
  const { days } = axis;
  const epochs = days.length;
  const { columns } = projection;
  const correlations = Float64Array.from({ length: days[epochs - 1] - days[0] + 1 }, (_, lag) =>
    timeConstant === 0 ? Number(lag === 0) : Math.exp(-lag / timeConstant),
  );
  const halves = columns.map((_, index) => {
    const coefficients = coefficientRow(projection, index);
    return Float64Array.from(days, (day) => {
      let sum = 0;
      for (let i = 0; i < epochs; i++) sum += coefficients[i] * correlations[Math.abs(days[i] - day)];
      return sum;
    });
  });
  const shares = halves.map((row) =>
    columns.map((_, index) => dotProduct(row, coefficientRow(projection, index)) / 2),
  );
  halves.forEach((row, k) => {
    columns.forEach((column, index) => {
      for (let i = 0; i < epochs; i++) row[i] -= shares[k][index] * column[i];
    });
  });
  // X H + (X H)' of two dates is the product of two short rows: one holds X then H, the other H then X.
  const left = interleave([...columns, ...halves], epochs);
  const right = interleave([...halves, ...columns], epochs);
  const averages = new Float64Array(bins.count);
  for (let row = 0; row < epochs; row++) addRow(row, days, bins.pairs, correlations, left, right, averages);
  return averages.map((sum, bin) => sum / Math.max(1, bins.counts[bin]));
}

/** Adds the pairs of one date with those before it and itself to their bins. */
function addRow(
  row: number,
  days: Int32Array,
  pairs: Int16Array,
  correlations: Float64Array,
  left: Float64Array,
  right: Float64Array,
  sums: Float64Array,
): void {
  const width = left.length / days.length;
  const first = (row * (row + 1)) / 2;
  for (let column = 0; column <= row; column++) {
    const bin = pairs[first + column];
    if (bin < 0) continue;
    let value = correlations[days[row] - days[column]];
    for (let k = 0; k < width; k++) value -= left[row * width + k] * right[column * width + k];
    sums[bin] += value;
  }
}

/** Columns of one length, all values of a date beside each other. */
function interleave(columns: readonly Float64Array[], length: number): Float64Array {
  const rows = new Float64Array(columns.length * length);
  columns.forEach((column, k) => {
    for (let i = 0; i < length; i++) rows[i * columns.length + k] = column[i];
  });
  return rows;
}
