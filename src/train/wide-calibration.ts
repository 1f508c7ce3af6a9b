import type { Calibration } from '../network/inference-model.js';
import { SAMPLE_LABELS } from '../simulate/material-label.js';
import { fitBiasCorrected } from './calibrate.js';
import type { ReadSeries } from './readings.js';
import { calibratedLogits } from './wide-model.js';

const ALL = SAMPLE_LABELS.length;
const TRENDS = ALL - 1;

/**
 * How sure the probabilities of the five trends may be of real series: temperature and biases on top of `temperature`,
 * fitted on labelled series by logits of networks that had not seen them. Every class counts the same, as the
 * probabilities are meant for even shares; a series on which the readers differ speaks for both, one read as Other not.
 */
export function calibrateOnReal(
  read: readonly ReadSeries[],
  logits: Float32Array,
  temperature: number,
): Calibration {
  const calibrated = calibratedLogits(logits, temperature);
  const targets = softLabels(read);
  const sums = new Float64Array(TRENDS);
  targets.forEach((target, i) => {
    sums[i % TRENDS] += target;
  });
  const weights = Float32Array.from({ length: targets.length / TRENDS }, (_, row) => {
    const own = targets.subarray(row * TRENDS, (row + 1) * TRENDS);
    return own.reduce((sum, target, k) => sum + target / sums[k], 0);
  });
  const trends = calibrated.filter((_, i) => i % ALL < TRENDS);
  return fitBiasCorrected(trends, { targets: scaleRows(targets), weights }, TRENDS);
}

/** Rows x trends: what share of the readers chose each. */
function softLabels(read: readonly ReadSeries[]): Float32Array {
  const rows = read.reduce((sum, { count }) => sum + count, 0);
  const targets = new Float32Array(rows * TRENDS);
  let row = 0;
  for (const { count, readers } of read) {
    for (let i = 0; i < count; i++, row++) {
      for (const labels of readers) {
        if (labels[i] < TRENDS) targets[row * TRENDS + labels[i]] += 1 / readers.length;
      }
    }
  }
  return targets;
}

/** Rows scaled to a sum of one; those of nothing stay. */
function scaleRows(targets: Float32Array): Float32Array {
  return targets.map((target, i) => {
    const start = i - (i % TRENDS);
    const sum = targets.subarray(start, start + TRENDS).reduce((total, value) => total + value, 0);
    return sum === 0 ? 0 : target / sum;
  });
}
