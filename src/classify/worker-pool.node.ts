import { Worker } from 'node:worker_threads';
import { GroundTrendError } from '../errors.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import {
  type BatchJob,
  type BatchResult,
  type BlockJob,
  type BlockResult,
  CLOSE,
  type FileFacts,
  type JobMessage,
  type ReplyMessage,
  unpackFailure,
  type WorkerSettings,
} from './worker-protocol.js';

/** A file whose points are analysed, known by its axis: what its points share is told to every worker once. */
export interface PoolFile extends Omit<FileFacts, 'days'> {
  readonly axis: EpochAxis;
}

interface PendingJob {
  readonly resolve: (result: BatchResult | BlockResult) => void;
  readonly reject: (error: Error) => void;
}

interface PoolWorker {
  readonly thread: Worker;
  readonly pending: Map<number, PendingJob>;
  readonly knownFiles: Set<number>;
  readonly ended: Promise<void>;
}

/**
 * Worker threads that analyse batches, or blocks of lines. A job's displacements or bytes are taken away from the
 * caller and given back with the result; results come in the order the workers finish, so callers who need the file's
 * order await in order.
 */
export class WorkerPool {
  readonly #workers: PoolWorker[];
  readonly #fileIds = new Map<PoolFile, number>();
  #nextJobId = 0;

  constructor(threads: number, settings: WorkerSettings) {
    this.#workers = Array.from({ length: threads }, () => startWorker(settings));
  }

  analyzeBatch(file: PoolFile, work: BatchJob): Promise<BatchResult> {
    return this.#send(file, work, work.displacements.buffer as ArrayBuffer) as Promise<BatchResult>;
  }

  mapBlock(file: PoolFile, work: BlockJob): Promise<BlockResult> {
    return this.#send(file, work, work.block.bytes.buffer) as Promise<BlockResult>;
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

  #send(
    file: PoolFile,
    work: BatchJob | BlockJob,
    handedOver: ArrayBuffer,
  ): Promise<BatchResult | BlockResult> {
    const worker = this.#workers.reduce((best, other) =>
      other.pending.size < best.pending.size ? other : best,
    );
    const jobId = this.#nextJobId++;
    const fileId = this.#fileIds.get(file) ?? this.#fileIds.size;
    this.#fileIds.set(file, fileId);
    const { axis, ...facts } = file;
    const message: JobMessage = {
      jobId,
      fileId,
      file: worker.knownFiles.has(fileId) ? undefined : { days: axis.days, ...facts },
      work,
    };
    worker.knownFiles.add(fileId);
    return new Promise((resolve, reject) => {
      worker.pending.set(jobId, { resolve, reject });
      worker.thread.postMessage(message, [handedOver]);
    });
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

function startWorker(settings: WorkerSettings): PoolWorker {
  const thread = new Worker(new URL('./worker.node.js', import.meta.url), { workerData: settings });
  const pending = new Map<number, PendingJob>();
  thread.on('message', (reply: ReplyMessage) => {
    const job = pending.get(reply.jobId)!;
    pending.delete(reply.jobId);
    if ('failure' in reply) job.reject(unpackFailure(reply.failure));
    else job.resolve(reply.result);
  });
  const failAll = (error: Error) => {
    for (const job of pending.values()) job.reject(error);
    pending.clear();
  };
  thread.on('error', (error) => failAll(explainFailure(error)));
  const ended = new Promise<void>((resolve) => {
    thread.on('exit', (status) => {
      failAll(new Error(`A worker thread ended early with status ${status}.`));
      resolve();
    });
  });
  return { thread, pending, knownFiles: new Set(), ended };
}
