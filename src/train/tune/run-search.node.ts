import { Worker } from 'node:worker_threads';
import { type Failure, unpackFailure } from '../../classify/worker-protocol.js';
import { GroundTrendError } from '../../errors.js';
import { type HalvingPlan, remainingJobs, type TrialJob } from './halving.js';
import type { TrialResult } from './leaderboard.js';
import type { TrialSamples } from './run-trial.js';

export interface SearchOptions {
  readonly plan: HalvingPlan;
  readonly seed: string;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Results of the same search before it was interrupted. */
  readonly done: readonly TrialResult[];
  /** Told every result as it comes; results come in no particular order, their content does not depend on it. */
  readonly onResult: (result: TrialResult) => Promise<void>;
}

/** Runs the jobs that are left, as many at once as there are threads; gives all results. Throws `cancelled`. */
export async function runSearch(samples: TrialSamples, options: SearchOptions): Promise<TrialResult[]> {
  const { plan, seed, threads, signal, onResult } = options;
  const results = [...options.done];
  const workers = Array.from({ length: threads }, () =>
    startWorker({ samples: shareSamples(samples), seed }),
  );
  try {
    for (let jobs = remainingJobs(plan, scoresOf(results)); jobs.length > 0; ) {
      const queue = [...jobs];
      await Promise.all(
        workers.map(async (run) => {
          for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
            const result = await untilCancelled(run.send(job), signal);
            results.push(result);
            await onResult(result);
          }
        }),
      );
      jobs = remainingJobs(plan, scoresOf(results));
    }
    return results;
  } finally {
    await Promise.all(workers.map((run) => run.stop()));
  }
}

function scoresOf(results: readonly TrialResult[]) {
  return results.map(({ trial, round, validation }) => ({
    trial,
    round,
    accuracy: validation.right / validation.count,
  }));
}

/** A thread cannot be asked to stop within a trial: it is ended, and the trial begun again another time. */
function untilCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new GroundTrendError('cancelled', 'Stopped before the search was done.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function startWorker(data: { readonly samples: TrialSamples; readonly seed: string }) {
  const thread = new Worker(new URL('./tune-worker.node.js', import.meta.url), { workerData: data });
  return {
    send: (job: TrialJob): Promise<TrialResult> =>
      new Promise((resolve, reject) => {
        thread.once('message', (reply: { result: TrialResult } | { failure: Failure }) => {
          thread.off('error', reject);
          if ('failure' in reply) reject(unpackFailure(reply.failure));
          else resolve(reply.result);
        });
        thread.once('error', reject);
        thread.postMessage(job);
      }),
    stop: () => thread.terminate(),
  };
}

function shareSamples(samples: TrialSamples): TrialSamples {
  const series = new Float32Array(new SharedArrayBuffer(samples.series.byteLength));
  series.set(samples.series);
  return { ...samples, series };
}
