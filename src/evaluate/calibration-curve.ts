import { type Estimate, shareEstimate } from './interval.js';

/** Bins of equal width that confidences are sorted into. */
const BINS = 15;

export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly meanConfidence: number;
  /** Share of right answers among them. */
  readonly accuracy: Estimate;
}

/** How far stated confidence is to be believed. */
export interface CalibrationCurve {
  /** Bins with anything in them, in rising order. */
  readonly bins: readonly CalibrationBin[];
  /** Expected calibration error: mean distance of confidence and accuracy, bins weighted by what is in them. */
  readonly expectedError: number;
}

/** Compares the probability of the winning class with how often it is right (Guo, Pleiss, Sun and Weinberger 2017). */
export function measureCalibration(
  confidence: ArrayLike<number>,
  isRight: ArrayLike<boolean>,
): CalibrationCurve {
  const counts = new Float64Array(BINS);
  const sums = new Float64Array(BINS);
  const right = new Float64Array(BINS);
  for (let i = 0; i < confidence.length; i++) {
    const bin = Math.min(BINS - 1, Math.floor(confidence[i] * BINS));
    counts[bin] += 1;
    sums[bin] += confidence[i];
    if (isRight[i]) right[bin] += 1;
  }
  const bins: CalibrationBin[] = [];
  let distance = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (counts[bin] === 0) continue;
    distance += Math.abs(sums[bin] - right[bin]);
    bins.push({
      low: bin / BINS,
      high: (bin + 1) / BINS,
      count: counts[bin],
      meanConfidence: sums[bin] / counts[bin],
      accuracy: shareEstimate(right[bin], counts[bin]),
    });
  }
  return { bins, expectedError: confidence.length === 0 ? Number.NaN : distance / confidence.length };
}
