import { Worker } from 'node:worker_threads';
import type { EpochAxis } from '../series/epoch-axis.js';
import type { AnalysisJob, BatchAnalysis } from './analysis.js';
import { type JobMessage, type ReplyMessage, unpackFailure, type WorkerSettings } from './worker-protocol.js';

/** The analysis of a batch together with its displacements, which were lent to a worker meanwhile. */
export interface PoolResult {
  readonly analysis: BatchAnalysis;
  readonly displacements: Float32Array;
}

interface PendingJob {
  readonly resolve: (result: PoolResult) => void;
  readonly reject: (error: Error) => void;
}

interface PoolWorker {
  readonly thread: Worker;
  readonly pending: Map<number, PendingJob>;
  readonly knownFiles: Set<number>;
}

/**
 * Worker threads that analyse batches. `run` takes the displacements' buffer away from the caller and gives it back
 * with the result; results come in the order the workers finish, so callers who need the file's order await in order.
 */
export class WorkerPool {
  readonly #workers: PoolWorker[];
  readonly #fileIds = new Map<EpochAxis, number>();
  #nextJobId = 0;

  constructor(threads: number, settings: WorkerSettings) {
    this.#workers = Array.from({ length: threads }, () => startWorker(settings));
  }

  run({ axis, noise, ...points }: AnalysisJob): Promise<PoolResult> {
    const worker = this.#workers.reduce((best, other) =>
      other.pending.size < best.pending.size ? other : best,
    );
    const jobId = this.#nextJobId++;
    const fileId = this.#fileIds.get(axis) ?? this.#fileIds.size;
    this.#fileIds.set(axis, fileId);
    const file = worker.knownFiles.has(fileId) ? undefined : { days: axis.days, noise };
    worker.knownFiles.add(fileId);
    const message: JobMessage = { jobId, fileId, file, ...points };
    return new Promise((resolve, reject) => {
      worker.pending.set(jobId, { resolve, reject });
      worker.thread.postMessage(message, [points.displacements.buffer as ArrayBuffer]);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(({ thread }) => thread.terminate()));
  }
}

function startWorker(settings: WorkerSettings): PoolWorker {
  const thread = new Worker(new URL('./worker.node.js', import.meta.url), { workerData: settings });
  const pending = new Map<number, PendingJob>();
  thread.on('message', (reply: ReplyMessage) => {
    const job = pending.get(reply.jobId)!;
    pending.delete(reply.jobId);
    if ('failure' in reply) job.reject(unpackFailure(reply.failure));
    else job.resolve({ analysis: reply.analysis, displacements: reply.displacements });
  });
  const failAll = (error: Error) => {
    for (const job of pending.values()) job.reject(error);
    pending.clear();
  };
  thread.on('error', failAll);
  thread.on('exit', (status) => failAll(new Error(`A worker thread ended early with status ${status}.`)));
  return { thread, pending, knownFiles: new Set() };
}
