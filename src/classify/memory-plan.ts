import { GroundTrendError } from '../errors.js';
import { POINTS_PER_BATCH } from './map-stream.node.js';

// Measured as peaks of whole processes, with room to spare: the main thread with a group of rows to be written, a worker
// with its session, and what a batch takes as text, as numbers and as a copy in which series are centred.
const PROCESS_MB = 240;
const WORKER_MB = 70;
const BYTES_PER_DATE = 14;
const BYTES_PER_POINT = 1200;

/** How many threads work, and how many batches are under way at once. */
export interface MemoryPlan {
  readonly threads: number;
  readonly batchesUnderWay: number;
}

/**
 * As many threads and batches as memory allows; two batches a thread and one more where it is not limited. Batches keep
 * their size, so that the bytes written are the same. Throws `usage` where not even one thread has room.
 */
export function planMemory(threads: number, dates: number, memoryMb: number | undefined): MemoryPlan {
  if (memoryMb === undefined) return { threads, batchesUnderWay: 2 * threads + 1 };
  const batchMb = (POINTS_PER_BATCH * (dates * BYTES_PER_DATE + BYTES_PER_POINT)) / 1e6;
  const leastOf = (workers: number) => PROCESS_MB + workers * (WORKER_MB + batchMb) + batchMb;
  if (memoryMb < leastOf(1)) {
    throw new GroundTrendError(
      'usage',
      `${memoryMb} MB are too little memory for series of ${dates} dates.`,
      {
        advice: `Give --memory ${Math.ceil(leastOf(1))} or more.`,
      },
    );
  }
  let fitting = 1;
  while (fitting < threads && leastOf(fitting + 1) <= memoryMb) fitting++;
  const room = Math.floor((memoryMb - PROCESS_MB - fitting * WORKER_MB) / batchMb);
  return { threads: fitting, batchesUnderWay: Math.min(2 * fitting + 1, room) };
}
