import { parentPort, workerData } from 'node:worker_threads';
import { createJobRunner } from './job-runner.node.js';
import {
  CLOSE,
  type JobMessage,
  type JobResult,
  packFailure,
  type ReplyMessage,
  type WorkerSettings,
} from './worker-protocol.js';

// A thread of its own with one single-threaded session: this scales better than threads inside one session.
const port = parentPort!;
const runner = createJobRunner(workerData as WorkerSettings);

port.on('message', async (job: JobMessage | typeof CLOSE) => {
  if (job === CLOSE) {
    // Ended from outside within a call of the native library, a thread would take the whole process with it.
    await runner.close();
    process.exit();
  }
  const { jobId } = job;
  try {
    const result = await runner.run(job);
    reply({ jobId, result }, buffersOf(result));
  } catch (error) {
    reply({ jobId, failure: packFailure(error) }, []);
  }
});

function reply(message: ReplyMessage, handedOver: readonly ArrayBuffer[]): void {
  port.postMessage(message, handedOver);
}

/** What of a result is handed over and not copied. */
function buffersOf(result: JobResult): ArrayBuffer[] {
  if ('displacements' in result) return [result.displacements.buffer as ArrayBuffer];
  return 'bytes' in result ? [result.bytes.buffer as ArrayBuffer] : [];
}
