import { landslides, openResultFile } from '../../../src/index.js';
import { areasFromGeojson } from '../areas/area-geojson.js';
import type { Explorer } from '../state/explorer.js';
import type { Area } from '../state/explorer-state.js';
import { connectWorker } from '../worker-call.js';
import type { ClassifiedFile, ClassifyProgress } from './classify-worker.js';

const PARQUET = 'PAR1';

/** Opens a classified map, or classifies files of series here and opens what comes of it. */
export async function openFiles(explorer: Explorer, files: readonly File[]): Promise<void> {
  const [file] = files;
  if (!file) return;
  const { loaded, areas } = explorer.store.get();
  const found = loaded && /\.(geo)?json$/i.test(file.name) ? await readAreas(file) : [];
  if (found.length > 0) explorer.setAreas([...areas, ...found], areas.length);
  else if (await isMap(file)) await explorer.open({ name: file.name, file });
  else await classifyHere(explorer, `Classifying ${file.name}`, file.name, 'classify', files);
}

/** Outlines in a dropped GeoJSON; none where it is something else, such as points with series. */
async function readAreas(file: File): Promise<Area[]> {
  try {
    return areasFromGeojson(JSON.parse(await file.text()));
  } catch {
    return [];
  }
}

/** Parquet with classes is a map; without, it is series to be classified. What is damaged is told when it is opened. */
async function isMap(file: File): Promise<boolean> {
  if ((await file.slice(0, 4).text()) !== PARQUET) return false;
  const buffer = {
    byteLength: file.size,
    slice: (start: number, end?: number) => file.slice(start, end).arrayBuffer(),
  };
  try {
    const { fields } = await openResultFile(buffer, file.name);
    return fields.some(({ name }) => name === 'class' || name === 'class_code');
  } catch {
    return false;
  }
}

/** The demo of the command line, made and classified in the page. */
export async function openSimulation(explorer: Explorer): Promise<void> {
  const areas = areasFromGeojson(landslides);
  await classifyHere(
    explorer,
    'Classifying a simulated scene',
    'simulated-reservoir',
    'simulate',
    '2022',
    areas,
  );
}

async function classifyHere(
  explorer: Explorer,
  what: string,
  name: string,
  call: 'classify' | 'simulate',
  argument: unknown,
  areas: ReturnType<typeof areasFromGeojson> = [],
): Promise<void> {
  const classified = await explorer.attempt(what, async (signal, report) => {
    const worker = connectWorker(
      new Worker(new URL('./classify-worker.ts', import.meta.url), { type: 'module', name: 'classify' }),
    );
    // Stopping the worker stops its own workers with it.
    signal.addEventListener('abort', () => worker.close());
    try {
      return await worker.call<ClassifiedFile>(call, argument, {
        onProgress: ({ points, fraction }: ClassifyProgress) =>
          report(fraction, `${what}: ${points.toLocaleString('en-GB')} points`),
      });
    } finally {
      worker.close();
    }
  });
  if (!classified) return;
  const parquetName = `${name.replace(/\.\w+$/, '')}-classified.parquet`;
  await explorer.open({ name: parquetName, file: classified.bytes }, { areas });
  if (classified.notes.length > 0) explorer.say(classified.notes.join('\n'));
}
