import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GroundTrendError } from '../errors.js';
import { openDiskBuffer } from '../read/disk-buffer.node.js';
import { openResultFile, type ResultFile } from '../read/result-file.js';
import { startExploreServer } from '../server/explore-server.js';
import { openLabelStore } from '../server/label-store.js';
import { listPageFiles } from '../server/page-files.js';
import { collectSeries } from '../server/series-file.js';
import { formatCount } from './numbers.js';
import { createProgress } from './progress.js';

/** The built page; `npm run build:site` makes it in a checkout, a package brings it along. */
const PAGE_FOLDER = fileURLToPath(new URL('../../app', import.meta.url));

export interface ExplorerRequest {
  /** File or folder with the series of a map that holds none. */
  readonly series: string | undefined;
  readonly areas?: string;
  readonly labels?: string;
  readonly basemap?: string;
  readonly host: string;
  readonly port: number;
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
  const folder = await mkdtemp(join(tmpdir(), 'groundtrend-explore-'));
  try {
    const result = await openResultFile(buffer, basename(path));
    const series = await prepareSeries(result, request.series, join(folder, 'series.f32'), signal);
    await buffer.close();
    const server = await startExploreServer({
      page,
      data: { 'result.parquet': path, ...(series ? { 'series.f32': join(folder, 'series.f32') } : {}) },
      session: {
        result: { name: basename(path), url: 'data/result.parquet' },
        labelFile: labels.path,
        series: series && { url: 'data/series.f32', days: [...series.days] },
        areas,
        basemap,
      },
      labels,
      basemapOrigins: basemap === undefined ? [] : originsOf(basemap),
      host,
      port,
    });
    process.stderr.write(
      `${formatCount(result.points)} points. Labels are kept in ${labels.path}. Ctrl-C ends.\n`,
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
        `note: ${formatCount(found.missing)} points of the map have no series in ${source}\n`,
      );
    }
    return found;
  } finally {
    progress.finish();
  }
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
