import { VectorTile } from '@mapbox/vector-tile';
import KDBush from 'kdbush';
import { PbfReader } from 'pbf';
import { PMTiles } from 'pmtiles';
import { GroundTrendError, parseDay, type ResultField, TREND_CLASSES } from '../../../src/index.js';
import { type Bounds, mercatorX, mercatorY } from '../map/mercator.js';
import { type CallContext, serveCalls } from '../worker-call.js';

/** What a tiled map is as a whole. */
export interface TileFacts {
  readonly bounds: Bounds;
  readonly fields: readonly ResultField[];
  readonly classes: readonly string[];
  readonly points: number;
  readonly classCounts: readonly number[];
}

export interface TileRequest {
  readonly bounds: Bounds;
  /** MapLibre's. */
  readonly zoom: number;
  /** Rows that are to be among the points wherever they lie, if they were so before. */
  readonly pinned: readonly number[];
}

/** The points to draw in a view, and the exact numbers of all that lie in the tiles it touches. */
export interface TilePoints {
  /** Rows in the map's own file. */
  readonly rows: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly codes: Uint8Array;
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly numbers: Readonly<Record<string, Float64Array>>;
  /** A KDBush of x and y. */
  readonly index: ArrayBuffer;
  readonly classCounts: readonly number[];
  readonly points: number;
  /** Every point of these tiles is drawn. */
  readonly isWhole: boolean;
}

interface TilePoint {
  readonly row: number;
  readonly x: number;
  readonly y: number;
  readonly properties: Readonly<Record<string, number | string | boolean>>;
}

interface DecodedTile {
  readonly points: readonly TilePoint[];
  readonly counts: Readonly<Record<string, number | string | boolean>>;
}

/** A tile is 512 pixels wide at its own zoom; one zoom more halves the distance of the points it shows. */
const FINER = 1;
const MOST_TILES = 120;
const KEPT_TILES = 240;
const EMPTY_TILE: DecodedTile = { points: [], counts: {} };

let archive: PMTiles;
let facts: TileFacts;
let maxZoom = 0;
const tiles = new Map<string, Promise<DecodedTile>>();
let last = new Map<number, TilePoint>();

serveCalls({ open, collect });

async function open(url: string): Promise<TileFacts> {
  archive = new PMTiles(url);
  const header = await archive.getHeader();
  const metadata = (await archive.getMetadata()) as Record<string, string | undefined>;
  const fields = metadata['groundtrend:tile_fields'];
  if (fields === undefined) {
    throw new GroundTrendError('input', 'These tiles were not made for this page.', {
      advice: 'Remove them: explore makes its own.',
    });
  }
  maxZoom = header.maxZoom;
  const { counts } = await readTile(0, 0, 0);
  const classes = metadata['groundtrend:classes']?.split(',') ?? [...TREND_CLASSES];
  facts = {
    bounds: [header.minLon, header.minLat, header.maxLon, header.maxLat],
    fields: JSON.parse(fields) as ResultField[],
    classes,
    points: Number(counts.points),
    classCounts: classes.map((name) => Number(counts[name] ?? 0)),
  };
  return facts;
}

async function collect(
  { bounds, zoom, pinned }: TileRequest,
  { transfer, signal }: CallContext,
): Promise<TilePoints | undefined> {
  const chosen = chooseTiles(bounds, Math.round(zoom) + FINER);
  const decoded = await Promise.all(chosen.map(([z, column, row]) => readTile(z, column, row)));
  if (signal.aborted) return undefined;
  const points = new Map<number, TilePoint>();
  for (const tile of decoded) for (const point of tile.points) points.set(point.row, point);
  const drawn = points.size;
  for (const row of pinned) {
    const point = last.get(row);
    if (point && !points.has(row)) points.set(row, point);
  }
  last = points;
  const total = sumCounts(decoded, 'points');
  const packed = packPoints([...points.values()]);
  transfer(packed.rows.buffer, packed.x.buffer, packed.y.buffer, packed.codes.buffer, packed.index);
  return {
    ...packed,
    classCounts: facts.classes.map((name) => sumCounts(decoded, name)),
    points: total,
    isWhole: drawn === total,
  };
}

/** The tiles that a view touches, coarser ones where there would be too many. */
function chooseTiles([west, south, east, north]: Bounds, wanted: number): [number, number, number][] {
  for (let zoom = Math.min(maxZoom, Math.max(0, wanted)); ; zoom--) {
    const side = 2 ** zoom;
    const place = (share: number) => Math.min(side - 1, Math.max(0, Math.floor(share * side)));
    const [left, right] = [place(mercatorX(west)), place(mercatorX(east))];
    const [top, bottom] = [place(mercatorY(north)), place(mercatorY(south))];
    if (zoom > 0 && (right - left + 1) * (bottom - top + 1) > MOST_TILES) continue;
    const chosen: [number, number, number][] = [];
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++) chosen.push([zoom, column, row]);
    return chosen;
  }
}

function readTile(zoom: number, column: number, row: number): Promise<DecodedTile> {
  const key = `${zoom}/${column}/${row}`;
  const known = tiles.get(key);
  tiles.delete(key);
  const tile =
    known ?? archive.getZxy(zoom, column, row).then((found) => decodeTile(found?.data, zoom, column, row));
  tiles.set(key, tile);
  tile.catch(() => tiles.delete(key));
  for (const oldest of tiles.keys()) {
    if (tiles.size <= KEPT_TILES) break;
    tiles.delete(oldest);
  }
  return tile;
}

function decodeTile(data: ArrayBuffer | undefined, zoom: number, column: number, row: number): DecodedTile {
  if (data === undefined) return EMPTY_TILE;
  const { points: layer, counts } = new VectorTile(new PbfReader(new Uint8Array(data))).layers;
  const side = 2 ** zoom;
  const points: TilePoint[] = [];
  for (let i = 0; i < (layer?.length ?? 0); i++) {
    const feature = layer.feature(i);
    const [[{ x, y }]] = feature.loadGeometry();
    points.push({
      row: Number(feature.properties.row),
      x: (column + (x + 0.5) / layer.extent) / side,
      y: (row + (y + 0.5) / layer.extent) / side,
      properties: feature.properties,
    });
  }
  return { points, counts: counts.feature(0).properties };
}

function sumCounts(decoded: readonly DecodedTile[], name: string): number {
  return decoded.reduce((sum, { counts }) => sum + Number(counts[name] ?? 0), 0);
}

function packPoints(points: readonly TilePoint[]) {
  const x = Float64Array.from(points, (point) => point.x);
  const y = Float64Array.from(points, (point) => point.y);
  const index = new KDBush(Math.max(1, points.length));
  for (const { x: across, y: down } of points) index.add(across, down);
  if (points.length === 0) index.add(-1, -1);
  index.finish();
  const texts: Record<string, string[]> = {};
  const numbers: Record<string, Float64Array> = {};
  for (const { name, type } of facts.fields) {
    if (type === 'text') texts[name] = points.map(({ properties }) => String(properties[name] ?? ''));
    else numbers[name] = Float64Array.from(points, ({ properties }) => numberOf(type, properties[name]));
  }
  return {
    rows: Int32Array.from(points, ({ row }) => row),
    x,
    y,
    codes: Uint8Array.from(points, ({ properties }) => facts.classes.indexOf(String(properties.class))),
    texts,
    numbers,
    index: index.data as ArrayBuffer,
  };
}

function numberOf(type: ResultField['type'], value: number | string | boolean | undefined): number {
  if (value === undefined) return Number.NaN;
  return type === 'date' ? (parseDay(String(value)) ?? Number.NaN) : Number(value);
}
