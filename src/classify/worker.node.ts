import { parentPort, workerData } from 'node:worker_threads';
import { createEpochAxis, type EpochAxis } from '../series/epoch-axis.js';
import { type Analyst, createAnalyst } from './analysis.js';
import { loadClassifier } from './load-classifier.node.js';
import { type JobMessage, packFailure, type ReplyMessage, type WorkerSettings } from './worker-protocol.js';

// A thread of its own with one single-threaded session: this scales better than threads inside one session.
const port = parentPort!;
const settings = workerData as WorkerSettings;
const axes = new Map<number, EpochAxis>();
let analyst: Promise<Analyst> | undefined;
let previous: Promise<void> = Promise.resolve();

port.on('message', (job: JobMessage) => {
  previous = previous.then(() => answer(job));
});

async function answer(job: JobMessage): Promise<void> {
  try {
    if (job.axisDays) axes.set(job.axisId, createEpochAxis(job.axisDays));
    analyst ??= loadClassifier(settings.model, settings.features).then(createAnalyst);
    const { count, displacements } = job;
    const analysis = await (await analyst).analyze({ axis: axes.get(job.axisId)!, count, displacements });
    reply({ jobId: job.jobId, analysis, displacements });
  } catch (error) {
    reply({ jobId: job.jobId, failure: packFailure(error) });
  }
}

function reply(message: ReplyMessage): void {
  port.postMessage(message, 'failure' in message ? [] : [message.displacements.buffer as ArrayBuffer]);
}
