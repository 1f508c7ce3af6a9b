import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../sqlite.node.js';
import { createPointIndex } from './point-index.node.js';

const NAMES = { layer: 'points', key: 'fid', geometry: 'geom' };

/** Points that crowd, repeat and scatter, without a random generator. */
function scatter(count: number): { x: Float64Array; y: Float64Array } {
  const x = Float64Array.from({ length: count }, (_, i) => -3 + ((i * 0.618_033_988_75) % 1) ** 3);
  const y = Float64Array.from({ length: count }, (_, i) => 37 + ((i * 0.754_877_666_2) % 1));
  for (let i = 0; i < count; i += 7) {
    x[i] = -2.9;
    y[i] = 37.3;
  }
  return { x, y };
}

function fillIndex(x: Float64Array, y: Float64Array) {
  const database = openSqlite(':memory:');
  database.execute('CREATE VIRTUAL TABLE rtree_points_geom USING rtree(id, minx, maxx, miny, maxy)');
  const index = createPointIndex();
  index.add({ longitude: x, latitude: y, count: x.length, columns: [] });
  index.fill(database, NAMES);
  return database;
}

describe('packed R-tree', () => {
  it.each([0, 1, 51, 52, 1000, 2602, 20_000])('is sound by SQLite’s own check with %i points', (count) => {
    const { x, y } = scatter(count);
    const database = fillIndex(x, y);
    expect(database.query("SELECT rtreecheck('rtree_points_geom') AS verdict")[0].verdict).toBe('ok');
    expect(database.query('SELECT count(*) AS points FROM rtree_points_geom')[0].points).toBe(count);
    database.close();
  });

  it('finds what a plain search finds, leaves out points without position, and can be edited', () => {
    const { x, y } = scatter(5000);
    x[10] = Number.NaN;
    const database = fillIndex(x, y);
    const inside = (i: number) => x[i] >= -2.95 && x[i] <= -2.8 && y[i] >= 37.25 && y[i] <= 37.4;
    const expected = [...x.keys()].filter(inside).map((i) => i + 1);
    const find =
      'SELECT id FROM rtree_points_geom WHERE maxx >= -2.95 AND minx <= -2.8 AND maxy >= 37.25 AND miny <= 37.4';
    expect(database.query(`${find} ORDER BY id`).map((row) => row.id)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(700);
    expect(database.query('SELECT id FROM rtree_points_geom WHERE id = 11')).toEqual([]);
    database.execute('DELETE FROM rtree_points_geom WHERE id <= 2500');
    database.execute('INSERT INTO rtree_points_geom VALUES (9999, -2.9, -2.9, 37.3, 37.3)');
    const left = [...expected.filter((id) => id > 2500), 9999];
    expect(database.query(`${find} ORDER BY id`).map((row) => row.id)).toEqual(left);
    expect(database.query("SELECT rtreecheck('rtree_points_geom') AS verdict")[0].verdict).toBe('ok');
    database.close();
  });
});
