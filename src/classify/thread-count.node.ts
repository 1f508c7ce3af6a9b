import { availableParallelism } from 'node:os';
import type { Dataset } from '../series/dataset.js';

/** What a thread gets done while another one would get ready: some 8,000 series of 300 dates as text. */
const BYTES_WORTH_A_THREAD = 12e6;

/**
 * Worker threads for these files where nobody says how many: one a core, fewer where a thread would have less to do
 * than it takes to start, one a core where the files do not tell their size.
 */
export function chooseThreads(
  datasets: readonly Pick<Dataset, 'totalBytes'>[],
  cores = availableParallelism(),
): number {
  let bytes = 0;
  for (const { totalBytes } of datasets) {
    if (totalBytes === undefined) return cores;
    bytes += totalBytes;
  }
  return Math.max(1, Math.min(cores, Math.floor(bytes / BYTES_WORTH_A_THREAD)));
}
