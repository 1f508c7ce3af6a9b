import type { ResultBatch } from '../../series/result-table.js';
import type { SqliteDatabase, SqliteValue } from '../../sqlite.node.js';
import { boundsToBox, createBounds, extendByShape, hasPosition } from '../bounds.js';
import { enlarge } from '../enlarge.js';
import { type LayerNames, nameRtree, quoteName } from './gpkg-tables.js';
import { packRtree } from './rtree-pages.js';

const ROWS_PER_INSERT = 1000;

/** Gathers where the rows are, to build the layer's R-tree when all are known. */
export interface LayerIndex {
  /** Takes the next rows; row ids count from 1. */
  add(batch: ResultBatch): void;
  /** Fills the R-tree, which must exist and be empty. */
  fill(database: SqliteDatabase, names: LayerNames): void;
}

export function createPointIndex(): LayerIndex {
  let capacity = 1 << 14;
  let ids = new Int32Array(capacity);
  let x = new Float64Array(capacity);
  let y = new Float64Array(capacity);
  let size = 0;
  let rows = 0;

  function grow(): void {
    capacity *= 2;
    ids = enlarge(ids, capacity);
    x = enlarge(x, capacity);
    y = enlarge(y, capacity);
  }

  return {
    add({ longitude, latitude, count }) {
      while (size + count > capacity) grow();
      for (let row = 0; row < count; row++) {
        rows++;
        if (!hasPosition(longitude[row], latitude[row])) continue;
        ids[size] = rows;
        x[size] = longitude[row];
        y[size] = latitude[row];
        size++;
      }
    },
    fill(database, names) {
      const table = (part: string) => quoteName(`${nameRtree(names)}_${part}`);
      const [{ bytes }] = database.query(
        `SELECT length(data) AS bytes FROM ${table('node')} WHERE nodeno = 1`,
      );
      const keys = ids.subarray(0, size);
      const pages = packRtree(keys, x.subarray(0, size), y.subarray(0, size), bytes as number);
      const putNode = database.prepare(`INSERT OR REPLACE INTO ${table('node')} VALUES (?,?)`);
      for (const { number, data } of pages.nodes) putNode([number, Buffer.from(data.buffer)]);
      insertPairs(database, table('parent'), pages.parents.length, (pair) => pages.parents[pair]);
      insertPairs(database, table('rowid'), size, (point) => [keys[point], pages.leafOfPoint[point]]);
    },
  };
}

/** Boxes around shapes, put into the R-tree one by one: layers of shapes are small. */
export function createShapeIndex(): LayerIndex {
  const boxes: [number, number, number, number][] = [];
  return {
    add({ shapes = [] }) {
      for (const shape of shapes) {
        const bounds = createBounds();
        extendByShape(bounds, shape);
        boxes.push(boundsToBox(bounds)!);
      }
    },
    fill(database, names) {
      const insert = database.prepare(`INSERT INTO ${quoteName(nameRtree(names))} VALUES (?,?,?,?,?)`);
      boxes.forEach(([west, south, east, north], row) => {
        insert([row + 1, west, east, south, north]);
      });
    },
  };
}

function insertPairs(
  database: SqliteDatabase,
  table: string,
  count: number,
  pairAt: (index: number) => readonly [number, number],
): void {
  const prepareInsert = (pairs: number) =>
    database.prepare(`INSERT INTO ${table} VALUES ${new Array(pairs).fill('(?,?)').join(',')}`);
  const insertMany = prepareInsert(ROWS_PER_INSERT);
  const values = new Array<SqliteValue>(ROWS_PER_INSERT * 2).fill(null);
  let index = 0;
  for (; index + ROWS_PER_INSERT <= count; index += ROWS_PER_INSERT) {
    for (let slot = 0; slot < ROWS_PER_INSERT; slot++) {
      [values[slot * 2], values[slot * 2 + 1]] = pairAt(index + slot);
    }
    insertMany(values);
  }
  const insertOne = prepareInsert(1);
  for (; index < count; index++) insertOne(pairAt(index));
}
