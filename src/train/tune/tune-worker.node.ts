import { parentPort, workerData } from 'node:worker_threads';
import { packFailure } from '../../classify/worker-protocol.js';
import { loadNodeRuntime } from '../../runtime/session.node.js';
import type { TrialJob } from './halving.js';
import { runTrial, type TrialSamples } from './run-trial.js';

// One trial after the other on a thread of its own, with sessions of one thread each.
const port = parentPort!;
const { samples, seed } = workerData as { samples: TrialSamples; seed: string };
const runtime = loadNodeRuntime();

port.on('message', async (job: TrialJob) => {
  try {
    port.postMessage({ result: await runTrial(await runtime, samples, seed, job) });
  } catch (error) {
    port.postMessage({ failure: packFailure(error) });
  }
});
