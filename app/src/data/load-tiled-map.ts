import { createEpochAxis } from '../../../src/index.js';
import { type Bounds, mercatorX, mercatorY, worldPixels } from '../map/mercator.js';
import { connectWorker, type WorkerConnection } from '../worker-call.js';
import { encodeTexts, surveyNumbers } from './column.js';
import type { LoadedMap, LoadOptions } from './loaded-map.js';
import type { OpenedRows, ResultSource } from './result-worker.js';
import { readRemoteSeries } from './series-source.js';
import type { TileFacts, TilePoints, TileRequest } from './tile-worker.js';

/** The first points are those of a view of the whole map on a screen of this width. */
const FIRST_WIDTH_PIXELS = 1000;
const MOST_ZOOM = 14;

interface Workers {
  readonly tiles: WorkerConnection;
  readonly rows: WorkerConnection;
}

/** Opens a map of which only tiles are drawn; rows and series are read from its own file when they are asked for. */
export async function loadTiledMap(
  source: ResultSource & { readonly url: string },
  tilesUrl: string,
  { series, signal }: LoadOptions,
): Promise<LoadedMap> {
  const absolute = (url: string) => new URL(url, document.baseURI).href;
  const workers = {
    tiles: connectWorker(
      new Worker(new URL('./tile-worker.ts', import.meta.url), { type: 'module', name: 'tiles' }),
    ),
    rows: connectWorker(
      new Worker(new URL('./result-worker.ts', import.meta.url), { type: 'module', name: 'result' }),
    ),
  };
  try {
    const [facts, rows] = await Promise.all([
      workers.tiles.call<TileFacts>('open', absolute(tilesUrl), { signal }),
      workers.rows.call<OpenedRows>('openRows', { ...source, url: absolute(source.url) }, { signal }),
    ]);
    return (await collect(workers, facts, rows, series, {
      bounds: facts.bounds,
      zoom: zoomOf(facts.bounds),
      pinned: [],
    }))!;
  } catch (error) {
    closeAll(workers);
    throw error;
  }
}

async function collect(
  workers: Workers,
  facts: TileFacts,
  opened: OpenedRows,
  series: LoadOptions['series'],
  request: TileRequest,
): Promise<LoadedMap | undefined> {
  const drawn = await workers.tiles.call<TilePoints | undefined>('collect', request);
  if (drawn === undefined) return undefined;
  const { rows, x, y, codes, texts, numbers, index } = drawn;
  const names = opened.fields.map(({ name }) => name);
  const days = series?.days ?? opened.days;
  const pids = texts.pid ?? Array.from(rows, String);
  return {
    name: opened.name,
    points: rows.length,
    fields: facts.fields,
    rowFields: opened.fields,
    metadata: opened.metadata,
    axis: days ? createEpochAxis(days) : undefined,
    x,
    y,
    index,
    classes: facts.classes,
    codes,
    file: undefined,
    tiling: {
      total: facts.points,
      classCounts: facts.classCounts,
      inView: drawn.points,
      viewCounts: drawn.classCounts,
      isWhole: drawn.isWhole,
      bounds: facts.bounds,
      collect: (bounds, zoom, pinned) =>
        collect(workers, facts, opened, series, { bounds, zoom, pinned: pinned.map((row) => rows[row]) }),
    },
    async readColumn(name) {
      const { type, description } = facts.fields.find((field) => field.name === name)!;
      if (type === 'text') return encodeTexts(name, description, texts[name]);
      const kind = type === 'date' || type === 'boolean' ? type : 'number';
      return surveyNumbers(name, kind, description, numbers[name]);
    },
    async readRow(row) {
      const values = await workers.rows.call<readonly (string | number)[]>('row', rows[row]);
      return new Map(values.map((value, i) => [names[i], value]));
    },
    readSeries: (row) =>
      series ? readRemoteSeries(series, rows[row]) : workers.rows.call<Float32Array>('series', rows[row]),
    pidOf: (row) => pids[row],
    findPid: (pid) => pids.indexOf(pid),
    close: () => closeAll(workers),
  };
}

function zoomOf([west, south, east, north]: Bounds): number {
  const width = Math.max(mercatorX(east) - mercatorX(west), mercatorY(south) - mercatorY(north));
  return width > 0 ? Math.log2(FIRST_WIDTH_PIXELS / (worldPixels(0) * width)) : MOST_ZOOM;
}

function closeAll({ tiles, rows }: Workers): void {
  tiles.close();
  rows.close();
}
