import type { ExtentName } from '../features/feature-extent.js';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { joinArrays } from '../series/matrix-rows.js';
import { SAMPLE_LABELS } from '../simulate/material-label.js';
import { AUGMENTATIONS, augmentSeries } from './augment.js';
import { measureFeatures } from './feature-samples.js';
import type { ReadSeries } from './readings.js';
import { FEWEST_EPOCHS } from './train-model.js';

/** Labelled real series as features, before standardisation. */
export interface ReadingSamples {
  readonly count: number;
  /** Row-major, count x features. */
  readonly features: Float32Array;
  /** Row-major, count x labels: an equal share of the certainty for every reader. */
  readonly targets: Float32Array;
  /** Number of the series that a row is a copy of, counted over all files in order. */
  readonly origin: Int32Array;
}

export interface ReadingSampleOptions {
  /** Augmented copies of every series; 0 for the series as they are. */
  readonly copies: number;
  readonly seed: number | string;
  readonly materialMm: number;
  readonly cycleMm: number;
  readonly extent: ExtentName;
}

/** Measures labelled series by the front end, as they are or in augmented copies. */
export async function measureReadings(
  runtime: Runtime,
  read: readonly ReadSeries[],
  options: ReadingSampleOptions,
): Promise<ReadingSamples> {
  const random = createRandom(options.seed).fork('readings');
  const { materialMm, cycleMm, extent } = options;
  const settings = { materialMm, cycleMm, extent, grid: false };
  const features: Float32Array[] = [];
  const targets: Float32Array[] = [];
  const origin: number[] = [];
  let firstOfFile = 0;
  for (const series of read) {
    const soft = softTargets(series);
    for (let copy = 0; copy < Math.max(1, options.copies); copy++) {
      const { axis, count, displacements } =
        options.copies === 0
          ? series
          : augmentSeries(series, AUGMENTATIONS, FEWEST_EPOCHS, random.fork(`${series.file}/${copy}`));
      features.push((await measureFeatures(runtime, axis, displacements, count, settings)).features);
      targets.push(soft);
      for (let i = 0; i < count; i++) origin.push(firstOfFile + i);
    }
    firstOfFile += series.count;
  }
  return {
    count: origin.length,
    features: joinArrays(features),
    targets: joinArrays(targets),
    origin: Int32Array.from(origin),
  };
}

function softTargets({ count, readers }: ReadSeries): Float32Array {
  const width = SAMPLE_LABELS.length;
  const targets = new Float32Array(count * width);
  for (const labels of readers) {
    for (let i = 0; i < count; i++) targets[i * width + labels[i]] += 1 / readers.length;
  }
  return targets;
}
