import { parentPort, workerData } from 'node:worker_threads';
import { type BlockScanner, createBlockScanner } from '../read/delimited/block-scanner.js';
import { createRuntimeMeasurer } from '../runtime/series-measurer.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { createEpochAxis, isSameAxis } from '../series/epoch-axis.js';
import { type AnalysisJob, type Analyst, createAnalyst } from './analysis.js';
import type { Classifier } from './classifier.js';
import { loadClassifier } from './load-classifier.node.js';
import { mapRows } from './map-table.js';
import { packRows } from './packed-rows.js';
import { type FilterCounts, filterBatch } from './point-filter.js';
import {
  type BatchJob,
  type BatchResult,
  type BlockJob,
  type BlockResult,
  CLOSE,
  type FileFacts,
  type JobFile,
  type JobMessage,
  packFailure,
  type ReplyMessage,
  type WorkerSettings,
} from './worker-protocol.js';

// A thread of its own with one single-threaded session: this scales better than threads inside one session.
const port = parentPort!;
const settings = workerData as WorkerSettings;

interface KnownFile extends Pick<AnalysisJob, 'axis' | 'noise'> {
  readonly scanner: BlockScanner | undefined;
}

interface Tools {
  readonly classifier: Classifier;
  readonly analyst: Analyst;
}

const firstAxis = settings.firstDays && createEpochAxis(settings.firstDays);
const files = new Map<number, KnownFile>();
const tools = prepareTools();
// A failure is told with the first job; until then it must not count as unhandled.
tools.catch(() => {});
let previous: Promise<void> = Promise.resolve();
let isClosing = false;

port.on('message', (job: JobMessage | typeof CLOSE) => {
  if (job !== CLOSE) {
    previous = previous.then(() => answer(job));
    return;
  }
  isClosing = true;
  // Ended from outside within a call of the native library, a thread would take the whole process with it.
  void Promise.allSettled([tools, previous]).then(() => process.exit());
});

async function prepareTools(): Promise<Tools> {
  const classifier = await loadClassifier(settings.model, settings.analysis);
  const { measure } = createRuntimeMeasurer(await loadNodeRuntime());
  const analyst = createAnalyst(classifier, settings.analysis, measure);
  if (firstAxis) await analyst.prepare(firstAxis);
  return { classifier, analyst };
}

async function answer(message: JobMessage): Promise<void> {
  if (isClosing) return;
  const { jobId } = message;
  try {
    if (!('file' in message)) {
      // Loaded by the one worker that is asked for it.
      const { encodeGroup } = await import('../write/geoparquet/encoded-group.js');
      const result = encodeGroup(message.work.group);
      reply({ jobId, result }, [result.bytes.buffer]);
    } else if (message.work.kind === 'batch') {
      const result = await analyzeBatch(message.work, knowFile(message.file));
      reply({ jobId, result }, [result.displacements.buffer as ArrayBuffer]);
    } else {
      const result = await mapBlock(message.work, knowFile(message.file));
      reply({ jobId, result }, []);
    }
  } catch (error) {
    reply({ jobId, failure: packFailure(error) }, []);
  }
}

function knowFile({ id, facts }: JobFile): KnownFile {
  if (facts) files.set(id, openFile(facts));
  return files.get(id)!;
}

function openFile({ days, noise, text }: FileFacts): KnownFile {
  const known = createEpochAxis(days);
  return {
    axis: firstAxis && isSameAxis(firstAxis, known) ? firstAxis : known,
    noise,
    scanner: text && createBlockScanner(text.plan, text.linesPerBlock),
  };
}

async function analyzeBatch(
  { kind: _, ...points }: BatchJob,
  { axis, noise }: KnownFile,
): Promise<BatchResult> {
  const { analyst } = await tools;
  const analysis = await analyst.analyze({ ...points, axis, noise });
  return { analysis, displacements: points.displacements };
}

async function mapBlock(
  { block, refused, room }: BlockJob,
  { axis, noise, scanner }: KnownFile,
): Promise<BlockResult> {
  const { table, filter } = settings.map;
  const { batch: read, isComplete, findings } = scanner!.scan(block, refused);
  const filtered: FilterCounts = { belowCoherence: 0, outsideBox: 0 };
  const batch = read && filterBatch(read, filter, filtered);
  if (batch === undefined || batch.count === 0) return { rows: undefined, findings, filtered };
  const { classifier, analyst } = await tools;
  const { count, displacements, longitude, latitude } = batch;
  const analysis = await analyst.analyze({
    axis,
    noise,
    count,
    displacements,
    isComplete,
    pids: [],
    longitude,
    latitude,
  });
  const rows = packRows(mapRows(table, classifier.classes, batch, analysis, displacements), room);
  analyst.recycle(analysis);
  scanner!.recycle();
  return { rows, findings, filtered };
}

function reply(message: ReplyMessage, handedOver: readonly ArrayBuffer[]): void {
  port.postMessage(message, handedOver);
}
