import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultSchema } from '../../series/result-table.js';
import { openSqlite } from '../../sqlite.node.js';
import { openWriter } from '../open-writer.node.js';
import { buildQgisStyle } from '../qgis-style.js';

const COUNT = 3000;
const SCHEMA: ResultSchema = {
  layer: 'trends',
  fields: [
    { name: 'fid', type: 'text', description: 'a name that the format would like to have' },
    { name: 'class', type: 'text' },
    { name: 'confidence', type: 'float32' },
  ],
  metadata: { model: 'abc', created: '2024-05-06' },
};
const longitude = Float64Array.from({ length: COUNT }, (_, i) => -3.5 + ((i * 0.618_034) % 1));
const latitude = Float64Array.from({ length: COUNT }, (_, i) => 37 + ((i * 0.414_214) % 1));
const GDAL = hasGdal();

let folder: string;
let path: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gpkg-'));
  path = join(folder, 'out.gpkg');
  const writer = await openWriter(path, SCHEMA, { overwrite: false });
  await writer.write({
    count: COUNT,
    longitude,
    latitude,
    columns: [
      Array.from(longitude, (_, i) => `p${i}`),
      Array.from(longitude, (_, i) => (i % 2 === 0 ? 'Stable' : 'PUE')),
      Float32Array.from(longitude, () => 0.1),
    ],
  });
  await writer.finish();
});
afterAll(() => rmSync(folder, { recursive: true }));

function hasGdal(): boolean {
  try {
    execFileSync('ogrinfo', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function query(sql: string) {
  const database = openSqlite(path);
  const rows = database.query(sql);
  database.close();
  return rows;
}

describe('GeoPackage', () => {
  it('bears the application id and version of GeoPackage 1.3 in its header', () => {
    const header = Buffer.alloc(100);
    const file = openSync(path, 'r');
    readSync(file, header, 0, 100, 0);
    closeSync(file);
    expect(header.toString('latin1', 0, 15)).toBe('SQLite format 3');
    expect(header.toString('latin1', 68, 72)).toBe('GPKG');
    expect(header.readUInt32BE(60)).toBe(10300);
  });

  it('is sound to SQLite, and keeps its foreign keys', () => {
    expect(query('PRAGMA integrity_check')[0].integrity_check).toBe('ok');
    expect(query('PRAGMA foreign_key_check')).toEqual([]);
    expect(query("SELECT rtreecheck('rtree_trends_geom') AS verdict")[0].verdict).toBe('ok');
  });

  it('registers layer, geometry, box, time and extensions', () => {
    expect(query("SELECT * FROM gpkg_contents WHERE table_name = 'trends'")[0]).toMatchObject({
      data_type: 'features',
      last_change: '2024-05-06T00:00:00.000Z',
      min_x: Math.min(...longitude),
      max_x: Math.max(...longitude),
      min_y: Math.min(...latitude),
      max_y: Math.max(...latitude),
      srs_id: 4326,
    });
    expect(query('SELECT * FROM gpkg_geometry_columns')).toMatchObject([
      { table_name: 'trends', column_name: 'geom', geometry_type_name: 'POINT', srs_id: 4326, z: 0, m: 0 },
    ]);
    expect(query('SELECT srs_id FROM gpkg_spatial_ref_sys ORDER BY srs_id').map((row) => row.srs_id)).toEqual(
      [-1, 0, 4326],
    );
    const names = query('SELECT extension_name FROM gpkg_extensions ORDER BY rowid').map(
      (row) => row.extension_name,
    );
    expect(names).toEqual(['gpkg_rtree_index', 'gpkg_metadata', 'gpkg_metadata']);
    const triggers = query("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name");
    expect(triggers.map((row) => String(row.name).replace('rtree_trends_geom_', ''))).toEqual([
      'delete',
      'insert',
      'update1',
      'update2',
      'update3',
      'update4',
    ]);
  });

  it('keeps its index true to later edits by the triggers of the standard', () => {
    const database = openSqlite(path, { readonly: true });
    const triggers = database.query(
      "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'trends' ORDER BY name",
    );
    database.close();
    // GeoPackage 1.3, annex F.3: which rows of the index each of them touches (delete, insert, update 1 to 4).
    const touched = triggers.map(({ sql }) => {
      const [, body] = String(sql).replaceAll('"fid_1"', 'id').split('BEGIN');
      return [/VALUES \(NEW\.id/.test(body), ...(body.match(/DELETE[^;]*WHERE ([^;]*)/)?.slice(1) ?? [])];
    });
    expect(touched).toEqual([
      [false, 'id = OLD.id'],
      [true],
      [true],
      [false, 'id = OLD.id'],
      [true, 'id = OLD.id'],
      [false, 'id IN (OLD.id, NEW.id)'],
    ]);
  });

  it('gives way to a field that is called like its key, and stores singles as short decimals', () => {
    expect(query('SELECT fid_1, fid, confidence FROM trends WHERE fid_1 = 2')).toEqual([
      { fid_1: 2, fid: 'p1', confidence: 0.1 },
    ]);
  });

  it('holds the metadata and the style of the classes', () => {
    const [{ metadata }] = query(
      'SELECT metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON id = md_file_id',
    );
    expect(JSON.parse(metadata as string)).toMatchObject({
      model: 'abc',
      column_descriptions: { fid: SCHEMA.fields[0].description },
    });
    expect(query('SELECT * FROM layer_styles')).toMatchObject([
      {
        f_table_schema: '',
        f_table_name: 'trends',
        f_geometry_column: 'geom',
        useAsDefault: 1,
        styleQML: buildQgisStyle('class'),
      },
    ]);
  });

  it('has no table of styles without a class', async () => {
    const plain = join(folder, 'plain.gpkg');
    const fields = [{ name: 'pid', type: 'text' as const }];
    const writer = await openWriter(plain, { layer: 'p', fields, metadata: {} }, { overwrite: false });
    await writer.finish();
    const database = openSqlite(plain);
    expect(database.query("SELECT name FROM sqlite_master WHERE name = 'layer_styles'")).toEqual([]);
    expect(database.query('SELECT last_change, min_x FROM gpkg_contents')).toEqual([
      { last_change: '1970-01-01T00:00:00.000Z', min_x: null },
    ]);
    database.close();
  });

  it.skipIf(!GDAL)('is read by GDAL without a word of warning (skipped without gdal-bin)', () => {
    const info = execFileSync('sh', ['-c', 'ogrinfo -so "$0" trends 2>&1', path], { encoding: 'utf8' });
    expect(info).not.toMatch(/warning|error/i);
    expect(info).toContain(`Feature Count: ${COUNT}`);
    expect(info).toContain('Geometry: Point');
    expect(info).toContain('confidence: Real');
  });

  it.skipIf(!GDAL)('is searched and edited by GDAL through its R-tree (skipped without gdal-bin)', () => {
    const box = ['-3.2', '37.2', '-3.1', '37.4'];
    const inside = [...longitude.keys()].filter(
      (i) => longitude[i] > -3.2 && longitude[i] < -3.1 && latitude[i] > 37.2 && latitude[i] < 37.4,
    ).length;
    const info = execFileSync('ogrinfo', ['-so', path, 'trends', '-spat', ...box], { encoding: 'utf8' });
    expect(info).toContain(`Feature Count: ${inside}`);
    const copy = join(folder, 'edited.gpkg');
    execFileSync('cp', [path, copy]);
    const statement = 'UPDATE trends SET geom = (SELECT geom FROM trends WHERE fid_1 = 1)';
    const output = execFileSync('sh', ['-c', 'ogrinfo "$0" -sql "$1" 2>&1', copy, statement], {
      encoding: 'utf8',
    });
    expect(output).not.toMatch(/warning|error/i);
    const edited = openSqlite(copy);
    expect(edited.query("SELECT rtreecheck('rtree_trends_geom') AS verdict")[0].verdict).toBe('ok');
    const [{ west, east }] = edited.query(
      'SELECT min(minx) AS west, max(maxx) AS east FROM rtree_trends_geom',
    );
    expect((east as number) - (west as number)).toBeLessThan(1e-6);
    edited.close();
  });
});
