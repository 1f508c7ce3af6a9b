/**
 * The few quantiles that intervals and tests need.
 */

/** Two-sided 95 % point of the standard normal distribution. */
const NORMAL_975 = 1.959963984540054;

/**
 * Two-sided 95 % point of Student's t with `freedom` degrees of freedom (Fisher and Cornish's expansion; within 0.001
 * from eight degrees on).
 */
export function studentQuantile95(freedom: number): number {
  const z = NORMAL_975;
  const z2 = z * z;
  const first = (z * (z2 + 1)) / 4;
  const second = (z * (5 * z2 * z2 + 16 * z2 + 3)) / 96;
  const third = (z * (3 * z2 ** 3 + 19 * z2 * z2 + 17 * z2 - 15)) / 384;
  const fourth = (z * (79 * z2 ** 4 + 776 * z2 ** 3 + 1482 * z2 * z2 - 1920 * z2 - 945)) / 92160;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3 + fourth / freedom ** 4;
}

/** Chance that F with 2 and `freedom` degrees of freedom exceeds `ratio`: (1 + 2 F / freedom)^(-freedom / 2). */
export function fisherTail2(ratio: number, freedom: number): number {
  return Math.exp((-freedom / 2) * Math.log1p((2 * ratio) / freedom));
}
