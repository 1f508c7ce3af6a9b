import { Worker } from 'node:worker_threads';
import { GroundTrendError } from '../errors.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import type { EncodedGroup, GroupColumns } from '../write/geoparquet/encoded-group.js';
import { createJobRunner } from './job-runner.node.js';
import {
  type BatchJob,
  type BatchResult,
  type BlockJob,
  type BlockResult,
  CLOSE,
  type FileFacts,
  type GroupJob,
  type JobMessage,
  type JobResult,
  type ReplyMessage,
  unpackFailure,
  type WorkerSettings,
} from './worker-protocol.js';

/** A file whose points are analysed, known by its axis: what its points share is told to every worker once. */
export interface PoolFile extends Omit<FileFacts, 'days'> {
  readonly axis: EpochAxis;
}

/** Takes jobs and does them in turn. */
interface PoolWorker {
  /** `handedOver`: memory of the job that is taken away from the caller. */
  run(job: JobMessage, handedOver: readonly ArrayBuffer[]): Promise<JobResult>;
  close(): Promise<void>;
}

interface Seat {
  readonly worker: PoolWorker;
  readonly knownFiles: Set<number>;
  underWay: number;
}

/** Reading and writing for one more thread take little of this one's time, for many of them all of it. */
const MOST_WITH_THIS = 2;

/**
 * Workers that analyse batches, or blocks of lines, and encode what came of them: threads of their own, but for the first
 * of one or two, which is this very thread. A batch's displacements are taken away from the caller and given back with the
 * result; a block's bytes are shared. Results come in the order the workers finish, so callers who need the file's order
 * await in order.
 */
export class WorkerPool {
  readonly #seats: readonly Seat[];
  readonly #fileIds = new Map<PoolFile, number>();
  #nextJobId = 0;

  constructor(threads: number, settings: WorkerSettings) {
    const workers = Array.from({ length: threads }, (_, i) => {
      // On this thread too other events have their turn: the runtime waits for them before every run.
      return i === 0 && threads <= MOST_WITH_THIS ? createJobRunner(settings) : startThread(settings);
    });
    this.#seats = workers.map((worker) => ({ worker, knownFiles: new Set<number>(), underWay: 0 }));
  }

  analyzeBatch(file: PoolFile, work: BatchJob): Promise<BatchResult> {
    return this.#sendPoints(file, work, [work.displacements.buffer as ArrayBuffer]);
  }

  mapBlock(file: PoolFile, work: BlockJob): Promise<BlockResult> {
    return this.#sendPoints(file, work, []);
  }

  /** Always by the same worker: encoding is a small part of the work, and every other one would have to learn it too. */
  encodeGroup(group: GroupColumns): Promise<EncodedGroup> {
    const work: GroupJob = { kind: 'group', group };
    return send(this.#seats[this.#seats.length - 1], { jobId: this.#nextJobId++, work }, []);
  }

  /** Ends the workers; what they have not begun is left undone, and fails. */
  async close(): Promise<void> {
    await Promise.all(this.#seats.map(({ worker }) => worker.close()));
  }

  #sendPoints<Result extends JobResult>(
    poolFile: PoolFile,
    work: BatchJob | BlockJob,
    handedOver: readonly ArrayBuffer[],
  ): Promise<Result> {
    const seat = this.#seats.reduce((best, other) => (other.underWay < best.underWay ? other : best));
    const id = this.#fileIds.get(poolFile) ?? this.#fileIds.size;
    this.#fileIds.set(poolFile, id);
    const { axis, ...facts } = poolFile;
    const file = seat.knownFiles.has(id) ? { id } : { id, facts: { days: axis.days, ...facts } };
    seat.knownFiles.add(id);
    return send(seat, { jobId: this.#nextJobId++, work, file }, handedOver);
  }
}

async function send<Result extends JobResult>(
  seat: Seat,
  job: JobMessage,
  handedOver: readonly ArrayBuffer[],
): Promise<Result> {
  seat.underWay++;
  try {
    return (await seat.worker.run(job, handedOver)) as Result;
  } finally {
    seat.underWay--;
  }
}

/** What the system ended a thread for is no bug of ours. */
function explainFailure(error: Error): Error {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new GroundTrendError('input', 'There was not enough memory for this file.', {
    advice: 'Use fewer --threads, or a computer with more memory.',
    cause: error,
  });
}

/** Of a worker's heap: nearly all that it makes is in memory outside, and V8's own choice took 40 MB more a worker. */
const YOUNG_GENERATION_MB = 12;

interface PendingJob {
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: Error) => void;
}

function startThread(settings: WorkerSettings): PoolWorker {
  const thread = new Worker(new URL('./worker.node.js', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const pending = new Map<number, PendingJob>();
  /** Why it takes no more jobs; it may have ended before its first one. */
  let failure: Error | undefined;
  thread.on('message', (reply: ReplyMessage) => {
    const job = pending.get(reply.jobId)!;
    pending.delete(reply.jobId);
    if ('failure' in reply) job.reject(unpackFailure(reply.failure));
    else job.resolve(reply.result);
  });
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const fail = (error: Error) => {
    failure ??= error;
    for (const job of pending.values()) job.reject(failure);
    pending.clear();
  };
  thread.on('error', (error) => fail(explainFailure(error)));
  thread.on('exit', (status) => fail(new Error(`A worker thread ended early with status ${status}.`)));
  return {
    run(job, handedOver) {
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        pending.set(job.jobId, { resolve, reject });
        thread.postMessage(job, handedOver);
      });
    },
    close() {
      thread.postMessage(CLOSE);
      return ended;
    },
  };
}
