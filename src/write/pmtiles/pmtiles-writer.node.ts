import { type FileHandle, open } from 'node:fs/promises';
import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { TREND_CLASSES } from '../../series/trend-class.js';
import { createBounds, extendBounds } from '../bounds.js';
import { hilbertPosition } from '../hilbert-curve.js';
import { checkBatch, type OutputTarget } from '../result-encoder.js';
import { writeAt } from '../write-at.node.js';
import { buildDirectories, compress, ROOT_END, type TileEntry } from './pmtiles-directory.js';
import { encodePmtilesHeader } from './pmtiles-header.js';
import { openPointStore, type PointStore } from './point-store.node.js';
import { thinPoints } from './thin-points.js';
import { firstTileId } from './tile-place.js';
import { encodeVectorTile, TILE_EXTENT, type TileLayer, type TilePoint } from './vector-tile.js';

/** Points that a tile may show at the largest zoom; where one has more, a larger zoom is added. */
const MOST_POINTS = 4000;
/** A tile is 1.5 km wide at 50 degrees here, and maps zoom into it further. */
const LARGEST_ZOOM = 14;

/** Layer of the points, and of one point a tile with exact counts of all that lie in it. */
const POINT_LAYER = 'points';
const COUNT_LAYER = 'counts';

/**
 * Writes a map as PMTiles for a static host: every point at the largest zoom, thinned by importance at the others, and
 * in every tile the exact number of points of each class that lie in it. Series are left out.
 */
export async function openPmtiles(path: string, schema: ResultSchema): Promise<OutputTarget> {
  const store = await openPointStore(`${path}.points`, schema);
  const handle = await open(path, 'w');
  const bounds = createBounds();
  let isOpen = true;

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await store.close();
    await handle.close();
  }

  return {
    close,
    async write(batch: ResultBatch) {
      checkBatch(schema, batch);
      extendBounds(bounds, batch.longitude, batch.latitude, batch.count);
      await store.add(batch);
    },
    async finish() {
      const maxZoom = chooseZoom(store);
      const { entries, end } = await writeTiles(handle, store, maxZoom);
      const { root, leafBytes } = buildDirectories(entries);
      const metadata = compress(new TextEncoder().encode(JSON.stringify(describeLayers(schema, maxZoom))));
      await writeAt(handle, leafBytes, end);
      await writeAt(handle, metadata, end + leafBytes.length);
      const header = encodePmtilesHeader({
        rootLength: root.length,
        metadataOffset: end + leafBytes.length,
        metadataLength: metadata.length,
        leavesOffset: end,
        leavesLength: leafBytes.length,
        tilesOffset: ROOT_END,
        tilesLength: end - ROOT_END,
        tiles: entries.length,
        maxZoom,
        bounds,
      });
      const start = new Uint8Array(ROOT_END);
      start.set(header);
      start.set(root, header.length);
      await writeAt(handle, start, 0);
      await close();
    },
  };
}

/** Positions of all points along the Hilbert curve of a zoom, and the points in that order. */
function sortPoints(
  { x, y, count }: PointStore,
  zoom: number,
): { positions: Float64Array; order: Uint32Array } {
  const side = 2 ** zoom;
  const positions = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    positions[i] = hilbertPosition(zoom, Math.floor(x[i] * side), Math.floor(y[i] * side));
  }
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  order.sort((left, right) => positions[left] - positions[right] || left - right);
  return { positions, order };
}

/** The smallest zoom at which no tile has too many points, or the largest there is. */
function chooseZoom(store: PointStore): number {
  const { positions, order } = sortPoints(store, LARGEST_ZOOM);
  for (let zoom = 0; zoom < LARGEST_ZOOM; zoom++) {
    const tile = (index: number) => Math.floor(positions[order[index]] / 4 ** (LARGEST_ZOOM - zoom));
    let isFine = true;
    for (let i = MOST_POINTS; i < order.length && isFine; i++) isFine = tile(i) !== tile(i - MOST_POINTS);
    if (isFine) return zoom;
  }
  return LARGEST_ZOOM;
}

async function writeTiles(
  handle: FileHandle,
  store: PointStore,
  maxZoom: number,
): Promise<{ entries: TileEntry[]; end: number }> {
  const { positions, order } = sortPoints(store, maxZoom);
  const entries: TileEntry[] = [];
  let end = ROOT_END;
  for (let zoom = 0; zoom <= maxZoom; zoom++) {
    const tileOf = (index: number) => Math.floor(positions[order[index]] / 4 ** (maxZoom - zoom));
    for (let start = 0; start < order.length; ) {
      const tile = tileOf(start);
      let stop = start + 1;
      while (stop < order.length && tileOf(stop) === tile) stop++;
      const bytes = compress(encodeTile(store, order.subarray(start, stop), zoom, zoom === maxZoom));
      await writeAt(handle, bytes, end);
      entries.push({ id: firstTileId(zoom) + tile, offset: end - ROOT_END, length: bytes.length });
      end += bytes.length;
      start = stop;
    }
  }
  return { entries, end };
}

function encodeTile(store: PointStore, points: Uint32Array, zoom: number, isWhole: boolean): Uint8Array {
  const { x, y, classes, importance } = store;
  const side = 2 ** zoom;
  const column = Math.floor(x[points[0]] * side);
  const row = Math.floor(y[points[0]] * side);
  const shown = isWhole ? points : thinPoints(points, { zoom, column, row }, x, y, importance);
  const layers: TileLayer[] = [
    {
      name: POINT_LAYER,
      points: Array.from(
        shown,
        (point): TilePoint => ({
          x: Math.floor((x[point] * side - column) * TILE_EXTENT),
          y: Math.floor((y[point] * side - row) * TILE_EXTENT),
          properties: store.readProperties(point),
        }),
      ),
    },
    { name: COUNT_LAYER, points: [countPoints(points, classes)] },
  ];
  return encodeVectorTile(layers);
}

/** In the middle of the tile: all its points, and those of every class. */
function countPoints(points: Uint32Array, classes: Int8Array): TilePoint {
  const counts = new Array<number>(TREND_CLASSES.length).fill(0);
  for (const point of points) if (classes[point] >= 0) counts[classes[point]]++;
  return {
    x: TILE_EXTENT / 2,
    y: TILE_EXTENT / 2,
    properties: [
      ['points', points.length],
      ...TREND_CLASSES.map((name, code) => [name, counts[code]] as const),
    ],
  };
}

const FIELD_WORDS = { text: 'String', date: 'String', boolean: 'Boolean' } as const;

/** The metadata that map libraries look for, and what the table says of itself. */
function describeLayers(schema: ResultSchema, maxZoom: number): object {
  const fields = Object.fromEntries(
    schema.fields.map(({ name, type }) => [
      name,
      type in FIELD_WORDS ? FIELD_WORDS[type as 'text'] : 'Number',
    ]),
  );
  const counts = Object.fromEntries(['points', ...TREND_CLASSES].map((name) => [name, 'Number']));
  return {
    name: schema.layer,
    type: 'overlay',
    generator: 'groundtrend',
    vector_layers: [
      { id: POINT_LAYER, fields, minzoom: 0, maxzoom: maxZoom },
      { id: COUNT_LAYER, fields: counts, minzoom: 0, maxzoom: maxZoom },
    ],
    ...schema.metadata,
  };
}
