import { throwIfCancelled } from '../errors.js';
import type { Runtime } from '../runtime/session.js';
import { SAMPLE_LABELS } from '../simulate/material-label.js';
import { type TrainingSource, trainingSamples } from '../simulate/training-samples.js';
import { type MeasuredSeries, measureFeatures } from './feature-samples.js';

/** Simulated series of many axes, measured by the front end, with what is true of each. */
export interface WideSamples extends MeasuredSeries {
  readonly count: number;
  /** Codes of `SAMPLE_LABELS`: the five trends, then Other. */
  readonly labels: Uint8Array;
  /** The same with jumps set aside. */
  readonly trends: Uint8Array;
  /** 1 where the series jumps. */
  readonly jumps: Uint8Array;
}

export interface WideSampleOptions {
  readonly seed: number | string;
  /** Rounded up to whole batches, one date axis each. */
  readonly series: number;
  readonly seriesPerAxis: number;
  readonly materialMm: number;
  readonly grid: boolean;
  /** Real axes and residuals to draw from beside the simulated ones. */
  readonly sources?: readonly TrainingSource[];
  readonly signal?: AbortSignal;
  readonly onSeries?: (done: number) => void;
}

/** Draws from the training simulator and measures as it goes: only features are kept, not the series. */
export async function drawWideSamples(runtime: Runtime, options: WideSampleOptions): Promise<WideSamples> {
  const { seed, seriesPerAxis, materialMm, grid, sources } = options;
  const batches = Math.ceil(options.series / seriesPerAxis);
  const count = batches * seriesPerAxis;
  const labels = new Uint8Array(count);
  const trends = new Uint8Array(count);
  const jumps = new Uint8Array(count);
  let names: readonly string[] = [];
  let features = new Float32Array(0);
  let gridValues = new Float32Array(0);
  let done = 0;
  for (const batch of trainingSamples({ seed, batches, seriesPerBatch: seriesPerAxis, sources })) {
    throwIfCancelled(options.signal);
    const settings = { materialMm, cycleMm: batch.cycleMm, grid };
    const measured = await measureFeatures(runtime, batch.axis, batch.displacements, batch.count, settings);
    if (done === 0) {
      names = measured.names;
      features = new Float32Array((measured.features.length / batch.count) * count);
      gridValues = new Float32Array((measured.grid.length / batch.count) * count);
    }
    features.set(measured.features, done * names.length);
    gridValues.set(measured.grid, (measured.grid.length / batch.count) * done);
    labels.set(batch.labels, done);
    trends.set(batch.trends, done);
    jumps.set(batch.jumps, done);
    done += batch.count;
    options.onSeries?.(done);
  }
  return { names, features, grid: gridValues, count, labels, trends, jumps };
}

/** Weight of every sample: classes count by the root of their number, so that rare ones are heard. */
export function balancingWeights(labels: Uint8Array): Float32Array {
  const counts = new Float64Array(SAMPLE_LABELS.length);
  for (const label of labels) counts[label] += 1;
  const weights = Float32Array.from(labels, (label) => 1 / Math.sqrt(counts[label]));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}
