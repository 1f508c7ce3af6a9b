import { type BlockScanner, createBlockScanner } from '../read/delimited/block-scanner.js';
import { createRuntimeMeasurer } from '../runtime/series-measurer.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { createEpochAxis, isSameAxis } from '../series/epoch-axis.js';
import { type AnalysisJob, createAnalyst } from './analysis.js';
import { loadClassifier } from './load-classifier.node.js';
import { mapRows } from './map-table.js';
import { packRows } from './packed-rows.js';
import { type FilterCounts, filterBatch } from './point-filter.js';
import type {
  BatchJob,
  BatchResult,
  BlockJob,
  BlockResult,
  FileFacts,
  JobFile,
  JobMessage,
  JobResult,
  WorkerSettings,
} from './worker-protocol.js';

/** Does jobs one after the other, with one single-threaded session a model. */
export interface JobRunner {
  /** Does a job once those before it are done; throws where it is closed by then. */
  run(job: JobMessage): Promise<JobResult>;
  /** Ends with the job at hand, and gives back what the sessions hold. */
  close(): Promise<void>;
}

interface KnownFile extends Pick<AnalysisJob, 'axis' | 'noise'> {
  readonly scanner: BlockScanner | undefined;
}

/** Gets ready at once; a failure to do so is told with the first job. */
export function createJobRunner(settings: WorkerSettings): JobRunner {
  const firstAxis = settings.firstDays && createEpochAxis(settings.firstDays);
  const files = new Map<number, KnownFile>();
  const tools = prepareTools();
  tools.catch(() => {});
  let previous: Promise<unknown> = Promise.resolve();
  let isClosing = false;

  async function prepareTools() {
    const classifier = await loadClassifier(settings.model, settings.analysis);
    const measurer = createRuntimeMeasurer(await loadNodeRuntime());
    const analyst = createAnalyst(classifier, settings.analysis, measurer.measure);
    if (firstAxis) await analyst.prepare(firstAxis);
    return { classifier, measurer, analyst };
  }

  async function answer(job: JobMessage): Promise<JobResult> {
    if (isClosing) throw new Error('The work has ended.');
    if (!('file' in job)) {
      // Loaded by the one worker that is asked for it.
      const { encodeGroup } = await import('../write/geoparquet/encoded-group.js');
      return encodeGroup(job.work.group);
    }
    const file = knowFile(job.file);
    return job.work.kind === 'batch' ? analyzeBatch(job.work, file) : mapBlock(job.work, file);
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

  return {
    run(job) {
      const result = previous.then(() => answer(job));
      previous = result.catch(() => {});
      return result;
    },
    async close() {
      isClosing = true;
      await previous;
      const ready = await tools.catch(() => undefined);
      await ready?.analyst.dispose();
      await ready?.measurer.dispose();
    },
  };
}
