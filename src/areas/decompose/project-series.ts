import type { BatchOptions, Dataset } from '../../series/dataset.js';
import type { SeriesBatch } from '../../series/series-batch.js';
import { takePoints } from '../../series/take-points.js';
import { linesOfSightOf } from './line-of-sight.js';

/** Direction that all motion is taken to have. `aspect` is where the slope falls to, degrees from north clockwise. */
export type MotionDirection =
  | { readonly kind: 'vertical' }
  | { readonly kind: 'slope'; readonly aspectDegrees: number; readonly slopeDegrees: number };

/** Lines of sight that see less of the motion than this make more of the noise than is worth having. */
const LEAST_SHARE_SEEN = 0.3;

const RADIANS = Math.PI / 180;
const REASON = `less than ${LEAST_SHARE_SEEN * 100} % of the motion is along the line of sight`;

/** Unit vector (east, north, up) of a direction; down the slope for `slope`. */
function directionVector(direction: MotionDirection): readonly [number, number, number] {
  if (direction.kind === 'vertical') return [0, 0, 1];
  const aspect = direction.aspectDegrees * RADIANS;
  const slope = direction.slopeDegrees * RADIANS;
  return [Math.sin(aspect) * Math.cos(slope), Math.cos(aspect) * Math.cos(slope), -Math.sin(slope)];
}

/**
 * The same points with the motion along one direction in place of that along the line of sight: displacements are
 * divided by the share of the motion that the line of sight sees. Positive is up, or down the slope. Points where
 * that share is below 0.3 are left out and counted.
 */
export function projectDataset(dataset: Dataset, direction: MotionDirection): Dataset {
  const [east, north, up] = directionVector(direction);
  const epochs = dataset.axis.days.length;

  function project(batch: SeriesBatch): SeriesBatch {
    const sight = linesOfSightOf(batch, dataset.name);
    const shares = sight.east.map((value, i) => value * east + sight.north[i] * north + sight.up[i] * up);
    const kept: number[] = [];
    shares.forEach((share, i) => {
      if (Math.abs(share) >= LEAST_SHARE_SEEN) kept.push(i);
      else countSkipped(dataset, batch.pids[i]);
    });
    const taken = takePoints(batch, kept);
    kept.forEach((from, to) => {
      for (let i = to * epochs; i < (to + 1) * epochs; i++) taken.displacements[i] /= shares[from];
    });
    const seen = {
      name: 'share_seen',
      kind: 'number',
      values: Float64Array.from(kept, (i) => shares[i]),
    } as const;
    return { ...taken, attributes: [...taken.attributes, seen] };
  }

  return {
    name: dataset.name,
    axis: dataset.axis,
    totalBytes: dataset.totalBytes,
    get report() {
      return dataset.report;
    },
    format: `${dataset.format}, taken as motion ${direction.kind === 'vertical' ? 'up' : 'down the slope'}`,
    fields: [...dataset.fields, { name: 'share_seen', kind: 'number' }],
    async *batches(options?: BatchOptions) {
      for await (const batch of dataset.batches(options)) yield project(batch);
    },
  };
}

function countSkipped({ report, name }: Dataset, pid: string): void {
  let entry = report.skipped.find(({ reason }) => reason === REASON);
  if (entry === undefined) {
    entry = { reason: REASON, count: 0, examples: [] };
    report.skipped.push(entry);
  }
  entry.count++;
  if (entry.examples.length < 3) entry.examples.push({ file: name, pid });
}
