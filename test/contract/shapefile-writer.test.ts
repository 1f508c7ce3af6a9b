import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEpochAxis } from '../../src/series/epoch-axis.js';
import { openWriter } from '../../src/write/open-writer.node.js';
import { GDAL_MISSING, gdalReader } from './read-back.js';
import { expectedRows, type Row, roundSingles, sampleBatch, sampleSchema } from './result-sample.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shapefile-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const isSkipped = GDAL_MISSING !== undefined && process.env.CI !== 'true';
const note = isSkipped ? ` (skipped: ${GDAL_MISSING})` : '';

/** Names are cut to ten plain letters; the format has no blanks at the ends of a text. */
function asShapefile(row: Row): Row {
  const entries = Object.entries(row).map(([name, value]): [string, Row[string]] => {
    const short = name.replaceAll(/[^A-Za-z0-9_]+/g, '_').slice(0, 10);
    const kept = name === 'longitude' || name === 'latitude' ? name : short;
    return [kept, typeof value === 'string' ? value.trim() || null : value];
  });
  return Object.fromEntries(entries);
}

async function write(name: string, sizes: readonly number[]): Promise<string> {
  const path = join(folder, name);
  const writer = await openWriter(path, sampleSchema(), { overwrite: false, style: true });
  let start = 0;
  for (const size of sizes) {
    await writer.write(sampleBatch(start, size));
    start += size;
  }
  await writer.finish();
  return path;
}

describe('writer of shapefiles', () => {
  it.skipIf(isSkipped)(`gives every value back to GDAL, numbers as numbers${note}`, async () => {
    const path = await write('points.shp', [1, 0, 400, 99]);
    const rows = roundSingles(await gdalReader.read(path)).map((row) => ({
      ...row,
      // GDAL leaves a missing date out, and gives truth values as letters.
      break_date: row.break_date ?? null,
      is_reliabl: row.is_reliabl === 'T' ? true : row.is_reliabl === 'F' ? false : null,
    }));
    expect(rows).toEqual(expectedRows(sampleBatch(0, 500)).map(asShapefile));
  });

  it('makes all files at once, with a style, and the same bytes however the rows come', async () => {
    const first = await write('a.shp', [500]);
    const second = await write('b.shp', [1, 250, 249]);
    expect(readdirSync(folder).filter((name) => name.startsWith('a.'))).toEqual([
      'a.cpg',
      'a.dbf',
      'a.prj',
      'a.qml',
      'a.shp',
      'a.shx',
    ]);
    for (const ending of ['shp', 'shx', 'dbf', 'prj', 'cpg']) {
      const bytes = readFileSync(first.replace(/shp$/, ending));
      expect(bytes.equals(readFileSync(second.replace(/shp$/, ending)))).toBe(true);
    }
    expect(readFileSync(join(folder, 'a.qml'), 'utf8')).toContain('attr="class"');
  });

  it('refuses series past 255 columns before any work, and says what to do', async () => {
    const series = createEpochAxis(Array.from({ length: 300 }, (_, i) => 18_000 + 6 * i));
    const attempt = openWriter(join(folder, 'wide.shp'), { ...sampleSchema(), series }, { overwrite: false });
    await expect(attempt).rejects.toThrow(/255 columns at the most; this table has 308, 300 of them dates/);
    await expect(attempt).rejects.toThrow(/--no-series/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves nothing when aborted, and no file of a shapefile that exists is touched', async () => {
    const path = join(folder, 'map.shp');
    const writer = await openWriter(path, sampleSchema(), { overwrite: false });
    await writer.write(sampleBatch(0, 10));
    await writer.abort();
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'map.dbf'), 'mine');
    await expect(openWriter(path, sampleSchema(), { overwrite: false })).rejects.toMatchObject({
      code: 'output',
    });
    expect(readdirSync(folder)).toEqual(['map.dbf']);
    expect(existsSync(path)).toBe(false);
  });
});
