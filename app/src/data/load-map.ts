import { createEpochAxis, TREND_CLASSES } from '../../../src/index.js';
import { connectWorker, type WorkerConnection } from '../worker-call.js';
import { type Column, type JoinedTexts, type NumberColumn, splitTexts, textAt } from './column.js';
import { loadTiledMap } from './load-tiled-map.js';
import { type LoadedMap, type LoadOptions, NO_CLASS } from './loaded-map.js';
import type { OpenedResult, ResultSource } from './result-worker.js';
import { readRemoteSeries } from './series-source.js';

export async function loadMap(source: ResultSource, options: LoadOptions = {}): Promise<LoadedMap> {
  if (options.tiles !== undefined && 'url' in source) return loadTiledMap(source, options.tiles, options);
  const worker = connectWorker(
    new Worker(new URL('./result-worker.ts', import.meta.url), { type: 'module', name: 'result' }),
  );
  try {
    return await readMap(worker, source, options);
  } catch (error) {
    worker.close();
    throw error;
  }
}

async function readMap(
  worker: WorkerConnection,
  source: ResultSource,
  options: LoadOptions,
): Promise<LoadedMap> {
  const { series, signal, onProgress } = options;
  const opened = await worker.call<OpenedResult>('open', fromPage(source), {
    signal,
    onProgress: (fraction: number) => onProgress?.(fraction * 0.7),
  });
  const { points, fields } = opened;
  const columns = new Map<string, Promise<Column>>();
  const readColumn = (name: string): Promise<Column> => {
    let column = columns.get(name);
    if (column === undefined) {
      column = worker
        .call<NumberColumn | JoinedTexts>('column', name, { signal })
        .then((found) => (found.kind === 'text' ? splitTexts(found) : found));
      columns.set(name, column);
      column.catch(() => columns.delete(name));
    }
    return column;
  };
  const names = fields.map(({ name }) => name);
  const classes = opened.metadata['groundtrend:classes']?.split(',') ?? [...TREND_CLASSES];
  const codes = await readCodes(names, classes, points, readColumn);
  onProgress?.(0.85);
  const pids = names.includes('pid') ? await readColumn('pid') : undefined;
  onProgress?.(1);
  const pidText = (row: number): string => {
    if (pids === undefined) return String(row + 1);
    return pids.kind === 'text' ? textAt(pids, row) : String(pids.values[row]);
  };
  const days = series?.days ?? opened.days;
  const axis = days ? createEpochAxis(days) : undefined;
  return {
    name: opened.name,
    points,
    fields,
    rowFields: fields,
    metadata: opened.metadata,
    axis,
    x: opened.x,
    y: opened.y,
    index: opened.index,
    classes,
    codes,
    file: 'file' in source ? source.file : undefined,
    tiling: undefined,
    readColumn,
    async readRow(row) {
      const values = await worker.call<readonly (string | number)[]>('row', row);
      return new Map(values.map((value, index) => [names[index], value]));
    },
    readSeries: (row) => (series ? readRemoteSeries(series, row) : worker.call<Float32Array>('series', row)),
    pidOf: pidText,
    findPid(pid) {
      if (pids?.kind === 'text') {
        const place = pids.texts.indexOf(pid);
        return place < 0 ? -1 : pids.codes.indexOf(place);
      }
      for (let row = 0; row < points; row++) if (pidText(row) === pid) return row;
      return -1;
    },
    close: () => worker.close(),
  };
}

/** A worker's own address is another than the page's. */
function fromPage(source: ResultSource): ResultSource {
  return 'url' in source ? { ...source, url: new URL(source.url, document.baseURI).href } : source;
}

async function readCodes(
  names: readonly string[],
  classes: readonly string[],
  points: number,
  readColumn: (name: string) => Promise<Column>,
): Promise<Uint8Array> {
  if (names.includes('class_code')) {
    const { values } = (await readColumn('class_code')) as NumberColumn;
    return Uint8Array.from(values, (value) => (value >= 0 && value < classes.length ? value : NO_CLASS));
  }
  if (names.includes('class')) {
    const column = await readColumn('class');
    if (column.kind === 'text') {
      const places = column.texts.map((text) => classes.indexOf(text));
      return Uint8Array.from(column.codes, (code) => (places[code] >= 0 ? places[code] : NO_CLASS));
    }
  }
  return new Uint8Array(points).fill(NO_CLASS);
}
