import { SHAPE_GRID } from '../features/axis-matrices.js';
import type { ExtentName } from '../features/feature-extent.js';
import { appendFeatures, type FeatureSettings, GRID_CHANNELS } from '../features/feature-graph.js';
import { DISPLACEMENT_INPUT, declareDisplacement } from '../features/front-end.js';
import { createGraph, encodeGraph } from '../network/graph.js';
import { float32Tensor } from '../network/tensor.js';
import type { Runtime } from '../runtime/session.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';

/** Features of some series before standardisation, and their views on the network's grid where asked for. */
export interface MeasuredSeries {
  readonly names: readonly string[];
  /** Row-major, series x names. */
  readonly features: Float32Array;
  /** Row-major, series x SHAPE_GRID x GRID_CHANNELS; empty where not asked for. */
  readonly grid: Float32Array;
}

const SERIES_PER_RUN = 256;

export interface MeasureSettings extends FeatureSettings {
  readonly grid: boolean;
  readonly extent: ExtentName;
}

/** Runs the front end alone, as training needs it: once a series, whatever the number of epochs. */
export async function measureFeatures(
  runtime: Runtime,
  axis: EpochAxis,
  displacements: Float32Array,
  count: number,
  settings: MeasureSettings,
): Promise<MeasuredSeries> {
  const graph = createGraph();
  const front = appendFeatures(declareDisplacement(graph, axis), axis, settings, settings.extent);
  const results = { features: front.features, ...(settings.grid && { grid: front.grid!() }) };
  const session = await runtime.createSession(encodeGraph(graph, results));
  const epochs = axis.days.length;
  const filled = fillGaps(axis, displacements, count);
  const width = front.names.length;
  const gridSize = settings.grid ? SHAPE_GRID * GRID_CHANNELS : 0;
  const features = new Float32Array(count * width);
  const grid = new Float32Array(count * gridSize);
  try {
    for (let start = 0; start < count; start += SERIES_PER_RUN) {
      const end = Math.min(start + SERIES_PER_RUN, count);
      const rows = float32Tensor(filled.subarray(start * epochs, end * epochs), [end - start, epochs]);
      const values = await session.run({ [DISPLACEMENT_INPUT]: rows });
      features.set(values.features.data as Float32Array, start * width);
      if (settings.grid) grid.set(values.grid.data as Float32Array, start * gridSize);
    }
  } finally {
    await session.dispose();
  }
  return { names: front.names, features, grid };
}

/** Mean and standard deviation of every feature, by name; what never varies gets a deviation that leaves it small. */
export interface FeatureScale {
  readonly means: Record<string, number>;
  readonly deviations: Record<string, number>;
}

const LEAST_DEVIATION = 1e-3;

export function scaleOf(names: readonly string[], features: Float32Array): FeatureScale {
  const width = names.length;
  const count = features.length / width;
  const means: Record<string, number> = {};
  const deviations: Record<string, number> = {};
  names.forEach((name, column) => {
    let sum = 0;
    let squares = 0;
    for (let i = column; i < features.length; i += width) {
      sum += features[i];
      squares += features[i] * features[i];
    }
    const mean = sum / count;
    means[name] = mean;
    deviations[name] = Math.sqrt(Math.max(0, squares / count - mean * mean)) + LEAST_DEVIATION;
  });
  return { means, deviations };
}

/** Standardises in place, as the front end of the finished model does. */
export function standardizeRows(
  features: Float32Array,
  names: readonly string[],
  { means, deviations }: FeatureScale,
  limit: number,
): void {
  names.forEach((name, column) => {
    const mean = means[name];
    const scale = 1 / deviations[name];
    for (let i = column; i < features.length; i += names.length) {
      features[i] = Math.max(-limit, Math.min(limit, (features[i] - mean) * scale));
    }
  });
}
