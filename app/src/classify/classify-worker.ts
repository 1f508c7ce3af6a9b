import { config } from 'zod';
import {
  createGeoparquetEncoder,
  createMemorySink,
  cycleMm,
  type Dataset,
  DEFAULT_MATERIAL_MM,
  GroundTrendError,
  isSameAxis,
  mapRows,
  planMapTable,
  SENTINEL1_WAVELENGTH_MM,
  type SeriesBatch,
  simulateRulesReservoir,
  surveyFile,
} from '../../../src/index.js';
import { type CallContext, connectWorker, serveCalls, type WorkerConnection } from '../worker-call.js';
import type { BatchAnswer, BatchJob, FileFacts, ModelFacts } from './analyst-worker.js';
import { findDatasets } from './find-datasets.js';

const POINTS_PER_BATCH = 4096;

const SETTINGS = {
  materialMm: DEFAULT_MATERIAL_MM,
  cycleMm: cycleMm(SENTINEL1_WAVELENGTH_MM),
  wavelengthMm: SENTINEL1_WAVELENGTH_MM,
  describe: 'full',
  repair: false,
} as const;

export interface ClassifiedFile {
  readonly bytes: Blob;
  readonly points: number;
  readonly notes: readonly string[];
}

export interface ClassifyProgress {
  readonly points: number;
  readonly fraction: number | undefined;
}

config({ jitless: true });
serveCalls({ classify, simulate });

async function classify(files: readonly File[], context: CallContext): Promise<ClassifiedFile> {
  return await classifyDatasets(await findDatasets(files), context);
}

async function simulate(seed: string, context: CallContext): Promise<ClassifiedFile> {
  return await classifyDatasets([simulateRulesReservoir(seed).dataset], context);
}

async function classifyDatasets(
  datasets: readonly Dataset[],
  { signal, report }: CallContext,
): Promise<ClassifiedFile> {
  const workers = startAnalysts();
  try {
    const [facts] = await Promise.all(workers.map((worker) => worker.call<ModelFacts>('load', SETTINGS)));
    const keepSeries = datasets.every(({ axis }) => isSameAxis(axis, datasets[0].axis));
    const table = planMapTable(datasets, facts, { ...SETTINGS, keepSeries });
    const sink = createMemorySink();
    const encoder = createGeoparquetEncoder(sink, table.schema);
    let points = 0;
    for (const [fileId, dataset] of datasets.entries()) {
      const { noise } = await surveyFile(dataset, signal);
      const fileFacts = { fileId, days: dataset.axis.days, noise } satisfies FileFacts;
      await Promise.all(workers.map((worker) => worker.call('file', fileFacts)));
      let consumed = 0;
      const batches = dataset.batches({
        pointsPerBatch: POINTS_PER_BATCH,
        signal,
        onBytes: (bytes) => {
          consumed = bytes;
        },
      });
      for await (const { batch, answer } of analyzeInOrder(batches, fileId, workers)) {
        if (signal.aborted) throw new GroundTrendError('cancelled', 'Stopped before the work was done.');
        await encoder.write(mapRows(table, facts.classes, batch, answer.analysis, answer.displacements));
        points += batch.count;
        const fraction = dataset.totalBytes
          ? (fileId + consumed / dataset.totalBytes) / datasets.length
          : undefined;
        report({ points, fraction } satisfies ClassifyProgress);
      }
    }
    if (points === 0) {
      throw new GroundTrendError('input', 'No point is left to classify.', {
        place: { file: datasets.map(({ name }) => name).join(', ') },
        advice: listSkipped(datasets).join('; ') || undefined,
      });
    }
    await encoder.finish();
    const notes = [...listSkipped(datasets), ...datasets.flatMap(({ report: { warnings } }) => warnings)];
    return { bytes: new Blob([sink.toBytes()]), points, notes };
  } finally {
    for (const worker of workers) worker.close();
  }
}

/** One worker a core that is free, each with a session of one thread: better than several threads in one session. */
function startAnalysts(): WorkerConnection[] {
  const count = Math.min(6, Math.max(1, (navigator.hardwareConcurrency ?? 2) - 1));
  return Array.from({ length: count }, () =>
    connectWorker(
      new Worker(new URL('./analyst-worker.ts', import.meta.url), { type: 'module', name: 'analyst' }),
    ),
  );
}

/** Keeps two batches a worker on their way; they come back in the file's order. */
async function* analyzeInOrder(
  batches: AsyncIterable<SeriesBatch>,
  fileId: number,
  workers: readonly WorkerConnection[],
) {
  const underWay: { readonly batch: SeriesBatch; readonly answer: Promise<BatchAnswer> }[] = [];
  let turn = 0;
  for await (const batch of batches) {
    const { count, displacements, longitude, latitude, pids } = batch;
    const job: BatchJob = { fileId, count, displacements, longitude, latitude, pids };
    const worker = workers[turn++ % workers.length];
    const answer = worker.call<BatchAnswer>('analyze', job, {
      transfer: [displacements.buffer as ArrayBuffer],
    });
    // A failure is thrown when its turn comes.
    answer.catch(() => {});
    underWay.push({ batch, answer });
    if (underWay.length >= 2 * workers.length) yield await takeOldest();
  }
  while (underWay.length > 0) yield await takeOldest();

  async function takeOldest() {
    const { batch, answer } = underWay.shift()!;
    return { batch, answer: await answer };
  }
}

function listSkipped(datasets: readonly Dataset[]): string[] {
  return datasets.flatMap(({ report: { skipped } }) =>
    skipped.map(({ count, reason }) => `${count} rows left out: ${reason}`),
  );
}
