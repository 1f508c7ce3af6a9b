import { WHITE_NOISE } from '../kinematics/noise-model.js';
import type { Dataset } from '../series/dataset.js';
import type { AnalysisSettings } from './analysis.js';
import { createShareEstimator } from './class-prior.js';
import { type MapStreamOptions, streamMap } from './map-stream.node.js';
import { WorkerPool } from './worker-pool.node.js';

/** The class shares of the files themselves, found in a pass of its own over all points that are to be classified. */
export async function estimateFileShares(
  datasets: readonly Dataset[],
  model: Uint8Array,
  settings: AnalysisSettings,
  threads: number,
  stream: MapStreamOptions,
): Promise<Float64Array> {
  const { table, filter, classes } = stream;
  const pool = new WorkerPool(threads, {
    model,
    analysis: { ...settings, describe: 'none', repair: false, shares: undefined },
    map: { table, filter },
  });
  const estimator = createShareEstimator(classes.length);
  const files = datasets.map((dataset) => ({ dataset, noise: WHITE_NOISE }));
  const unheard = { filtered: { belowCoherence: 0, outsideBox: 0 }, onProgress: undefined };
  try {
    for await (const { source } of streamMap(files, pool, { ...stream, ...unheard, keepSource: true })) {
      estimator.add(source!.analysis.scores.probabilities, source!.batch.count);
    }
  } finally {
    await pool.close();
  }
  return estimator.finish().shares;
}
