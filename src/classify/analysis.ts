import type { EpochAxis } from '../series/epoch-axis.js';
import type { BoundClassifier, Classifier, ClassScores } from './classifier.js';

/** Everything computed for the points of one batch, in their order. */
export interface BatchAnalysis {
  readonly scores: ClassScores;
}

/** What a batch needs to be analysed: displacements as in `SeriesBatch`. */
export interface AnalysisJob {
  readonly axis: EpochAxis;
  readonly count: number;
  readonly displacements: Float32Array;
}

/** Runs the whole per-point work on batches; keeps what depends only on the dates from one batch to the next. */
export interface Analyst {
  analyze(job: AnalysisJob): Promise<BatchAnalysis>;
  dispose(): Promise<void>;
}

export function createAnalyst(classifier: Classifier): Analyst {
  let current: { axis: EpochAxis; bound: BoundClassifier } | undefined;

  async function boundTo(axis: EpochAxis): Promise<BoundClassifier> {
    if (current?.axis === axis) return current.bound;
    await current?.bound.dispose();
    current = { axis, bound: await classifier.bind(axis) };
    return current.bound;
  }

  return {
    async analyze({ axis, count, displacements }) {
      const bound = await boundTo(axis);
      return { scores: await bound.classify(displacements, count) };
    },
    async dispose() {
      await current?.bound.dispose();
      current = undefined;
    },
  };
}
