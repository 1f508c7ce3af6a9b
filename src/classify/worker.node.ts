import { parentPort, workerData } from 'node:worker_threads';
import { createRuntimeProduct } from '../runtime/matrix-product.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { type AnalysisJob, type Analyst, createAnalyst } from './analysis.js';
import { loadClassifier } from './load-classifier.node.js';
import { type JobMessage, packFailure, type ReplyMessage, type WorkerSettings } from './worker-protocol.js';

// A thread of its own with one single-threaded session: this scales better than threads inside one session.
const port = parentPort!;
const settings = workerData as WorkerSettings;
const files = new Map<number, Pick<AnalysisJob, 'axis' | 'noise'>>();
let analyst: Promise<Analyst> | undefined;
let previous: Promise<void> = Promise.resolve();

port.on('message', (job: JobMessage) => {
  previous = previous.then(() => answer(job));
});

async function answer({ jobId, fileId, file, ...job }: JobMessage): Promise<void> {
  try {
    if (file) files.set(fileId, { axis: createEpochAxis(file.days), noise: file.noise });
    analyst ??= prepareAnalyst();
    const analysis = await (await analyst).analyze({ ...job, ...files.get(fileId)! });
    reply({ jobId, analysis, displacements: job.displacements });
  } catch (error) {
    reply({ jobId, failure: packFailure(error) });
  }
}

async function prepareAnalyst(): Promise<Analyst> {
  const classifier = await loadClassifier(settings.model, settings.analysis);
  const { multiply } = createRuntimeProduct(await loadNodeRuntime());
  return createAnalyst(classifier, settings.analysis, multiply);
}

function reply(message: ReplyMessage): void {
  port.postMessage(message, 'failure' in message ? [] : [message.displacements.buffer as ArrayBuffer]);
}
