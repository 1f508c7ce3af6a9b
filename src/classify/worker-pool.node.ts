import { Worker } from 'node:worker_threads';
import { GroundTrendError } from '../errors.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import type { EncodedGroup, GroupColumns } from '../write/geoparquet/encoded-group.js';
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

interface PendingJob {
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: Error) => void;
}

interface PoolWorker {
  readonly thread: Worker;
  readonly pending: Map<number, PendingJob>;
  readonly knownFiles: Set<number>;
  readonly ended: Promise<void>;
  /** Why it takes no more jobs; it may have ended before its first one. */
  failure?: Error;
}

/**
 * Worker threads that analyse batches, or blocks of lines, and encode what came of them. A batch's displacements are
 * taken away from the caller and given back with the result; a block's bytes are shared. Results come in the order the
 * workers finish, so callers who need the file's order await in order.
 */
export class WorkerPool {
  readonly #workers: PoolWorker[];
  readonly #fileIds = new Map<PoolFile, number>();
  #nextJobId = 0;

  constructor(threads: number, settings: WorkerSettings) {
    this.#workers = Array.from({ length: threads }, () => startWorker(settings));
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
    return send(this.#workers[0], { jobId: this.#nextJobId++, work }, []);
  }

  /** Ends the workers; what they have not begun is left undone. */
  async close(): Promise<void> {
    await Promise.all(
      this.#workers.map(({ thread, ended }) => {
        thread.postMessage(CLOSE);
        return ended;
      }),
    );
  }

  #sendPoints<Result extends JobResult>(
    poolFile: PoolFile,
    work: BatchJob | BlockJob,
    handedOver: readonly ArrayBuffer[],
  ): Promise<Result> {
    const worker = this.#workers.reduce((best, other) =>
      other.pending.size < best.pending.size ? other : best,
    );
    const id = this.#fileIds.get(poolFile) ?? this.#fileIds.size;
    this.#fileIds.set(poolFile, id);
    const { axis, ...facts } = poolFile;
    const file = worker.knownFiles.has(id) ? { id } : { id, facts: { days: axis.days, ...facts } };
    worker.knownFiles.add(id);
    return send(worker, { jobId: this.#nextJobId++, work, file }, handedOver);
  }
}

function send<Result extends JobResult>(
  { pending, thread, failure }: PoolWorker,
  message: JobMessage,
  handedOver: readonly ArrayBuffer[],
): Promise<Result> {
  if (failure) return Promise.reject(failure);
  return new Promise((resolve, reject) => {
    pending.set(message.jobId, { resolve: resolve as PendingJob['resolve'], reject });
    thread.postMessage(message, handedOver);
  });
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

function startWorker(settings: WorkerSettings): PoolWorker {
  const thread = new Worker(new URL('./worker.node.js', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const pending = new Map<number, PendingJob>();
  thread.on('message', (reply: ReplyMessage) => {
    const job = pending.get(reply.jobId)!;
    pending.delete(reply.jobId);
    if ('failure' in reply) job.reject(unpackFailure(reply.failure));
    else job.resolve(reply.result);
  });
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const worker: PoolWorker = { thread, pending, knownFiles: new Set(), ended };
  const fail = (error: Error) => {
    worker.failure ??= error;
    for (const job of pending.values()) job.reject(worker.failure);
    pending.clear();
  };
  thread.on('error', (error) => fail(explainFailure(error)));
  thread.on('exit', (status) => fail(new Error(`A worker thread ended early with status ${status}.`)));
  return worker;
}
