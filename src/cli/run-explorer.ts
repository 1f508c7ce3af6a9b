import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GroundTrendError } from '../errors.js';
import { openDiskBuffer } from '../read/disk-buffer.node.js';
import { openResultFile, type ResultFile } from '../read/result-file.js';
import { createDataFiles, type DataFiles } from '../server/data-files.js';
import { startExploreServer } from '../server/explore-server.js';
import { openLabelStore } from '../server/label-store.js';
import { areTilesFresh, makeTiles } from '../server/map-tiles.js';
import { listPageFiles } from '../server/page-files.js';
import { collectSeries } from '../server/series-file.js';
import { createTrainingJob, type TrainingJob } from '../server/training-job.js';
import { showText } from '../shown-text.js';
import { createTemporaryName, removeAbandoned } from '../write/temporary-name.node.js';
import { countOf } from './numbers.js';
import { DEFAULT_MODEL } from './options.js';
import { createProgress } from './progress.js';

/** The built page; `npm run build:site` makes it in a checkout, a package brings it along. */
const PAGE_FOLDER = fileURLToPath(new URL('../../app', import.meta.url));
const COMMAND_LINE = fileURLToPath(new URL('./main.js', import.meta.url));

/** Holds the series that the page asks for, while it is served. */
const SERIES_FOLDER = 'groundtrend-explore';

export interface ExplorerRequest {
  /** File or folder with the series of a map that holds none. */
  readonly series: string | undefined;
  readonly areas?: string;
  readonly labels?: string;
  readonly basemap?: string;
  readonly host: string;
  readonly port: number;
  /** Maps of more points are drawn from tiles. */
  readonly tilesAbove: number;
  readonly signal: AbortSignal;
}

/** Serves the page until the signal fires. The address goes to standard output, everything else to standard error. */
export async function runExplorer(path: string, request: ExplorerRequest): Promise<void> {
  const { basemap, host, port, signal } = request;
  const page = await openPage();
  const buffer = await openDiskBuffer(path);
  const areas = request.areas === undefined ? undefined : await readAreas(request.areas);
  const labels = await openLabelStore(
    request.labels ?? `${path.replace(/\.(geo)?parquet$/i, '')}.labels.csv`,
  );
  await removeAbandoned(tmpdir(), SERIES_FOLDER);
  const folder = join(tmpdir(), createTemporaryName(SERIES_FOLDER));
  await mkdir(folder, { mode: 0o700 });
  try {
    const result = await openResultFile(buffer, basename(path));
    const data = createDataFiles();
    await data.add('result.parquet', path);
    const series = await prepareSeries(result, request.series, join(folder, 'series.f32'), signal);
    if (series) await data.add('series.f32', join(folder, 'series.f32'));
    const isTiled = result.points > request.tilesAbove;
    if (isTiled) await data.add('tiles.pmtiles', await prepareTiles(result, path, folder, signal));
    const source = request.series ?? (result.axis ? path : undefined);
    const training =
      source === undefined || isTiled ? undefined : prepareTraining(source, labels.path, folder, data);
    await buffer.close();
    const server = await startExploreServer({
      page,
      data,
      session: {
        result: { name: basename(path), url: 'data/result.parquet' },
        labelFile: labels.path,
        series: series && { url: 'data/series.f32', days: [...series.days] },
        tiles: isTiled ? 'data/tiles.pmtiles' : undefined,
        training: training && 'training',
        areas,
        basemap,
      },
      labels,
      training,
      basemapOrigins: basemap === undefined ? [] : originsOf(basemap),
      host,
      port,
    });
    process.stderr.write(
      `${countOf(result.points, 'point')}. Labels are kept in ${showText(labels.path)}. Ctrl-C ends.\n`,
    );
    process.stdout.write(`${server.url}\n`);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openPage() {
  if (existsSync(join(PAGE_FOLDER, 'index.html'))) return await listPageFiles(PAGE_FOLDER);
  throw new GroundTrendError('usage', 'The page of explore has not been built yet.', {
    advice: 'Run "npm run build:site" once in this checkout.',
  });
}

async function prepareSeries(
  result: ResultFile,
  source: string | undefined,
  target: string,
  signal: AbortSignal,
): Promise<{ readonly days: Int32Array } | undefined> {
  if (source === undefined) return undefined;
  const progress = createProgress('series', 'points');
  try {
    const found = await collectSeries(result, source, target, {
      signal,
      onPoints: (done) => progress.update({ fraction: done / result.points, done }),
    });
    if (found.missing > 0) {
      process.stderr.write(
        `note: ${showText(source)} has no series of ${countOf(found.missing, 'point')} of the map\n`,
      );
    }
    return found;
  } finally {
    progress.finish();
  }
}

/** Tiles are kept beside the map for the next time, or where that cannot be written, until the end. */
async function prepareTiles(
  result: ResultFile,
  path: string,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const beside = `${path.replace(/\.(geo)?parquet$/i, '')}.explore.pmtiles`;
  if (await areTilesFresh(beside, path)) return beside;
  const progress = createProgress('tiles', 'points');
  const make = async (target: string) => {
    await makeTiles(result, target, {
      signal,
      onPoints: (done) => progress.update({ fraction: done / result.points, done }),
    });
    return target;
  };
  try {
    return await make(beside);
  } catch (error) {
    const isOutput = error instanceof GroundTrendError && error.code === 'output';
    if (!isOutput) throw error;
    return await make(join(folder, 'tiles.pmtiles'));
  } finally {
    progress.finish();
  }
}

/** Trainings from the page are the commands "train" and "classify" of this very program. */
function prepareTraining(series: string, labels: string, folder: string, data: DataFiles): TrainingJob {
  return createTrainingJob({
    command: [process.execPath, COMMAND_LINE],
    series,
    labels,
    from: DEFAULT_MODEL,
    folder,
    async onTrained({ run, model, map }) {
      await data.add(`trained-${run}.onnx`, model);
      await data.add(`trained-${run}.parquet`, map);
    },
  });
}

async function readAreas(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new GroundTrendError('input', 'These areas cannot be read as GeoJSON.', {
      place: { file: path },
      advice: (cause as Error).message,
      cause,
    });
  }
}

/** A style may name further hosts; only its own is let through. */
function originsOf(basemap: string): string[] {
  return [new URL(basemap.replaceAll(/[{}]/g, '')).origin];
}
