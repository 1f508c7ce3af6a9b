import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TREND_CLASSES } from '../../src/series/trend-class.js';
import { openSqlite } from '../../src/sqlite.node.js';
import { openWriter } from '../../src/write/open-writer.node.js';
import { buildQgisStyle } from '../../src/write/qgis-style.js';
import { sampleBatch, sampleSchema } from './result-sample.js';

/** Reads XML from standard input by expat, and prints the root's name and what the categories ask for. */
const PARSE = [
  'import json, sys, xml.etree.ElementTree as tree',
  'root = tree.parse(sys.stdin.buffer).getroot()',
  'renderer = root.find("renderer-v2")',
  'values = [category.get("value") for category in renderer.find("categories")]',
  'print(json.dumps([root.tag, renderer.get("attr"), values]))',
].join('\n');

function parseStyle(style: string): unknown {
  return JSON.parse(execFileSync('python3', ['-c', PARSE], { input: style, encoding: 'utf8' }));
}

async function writeSample(path: string, overwrite = false): Promise<void> {
  const writer = await openWriter(path, sampleSchema(), { overwrite, style: true });
  await writer.write(sampleBatch(0, 20));
  await writer.finish();
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qgis-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('QGIS styles, read by another XML parser', () => {
  it.each(['map.shp', 'map.geojson', 'map.parquet', 'map.fgb'])('beside %s', async (name) => {
    const path = join(folder, name);
    await writeSample(path);
    expect(parseStyle(readFileSync(path.replace(/\w+$/, 'qml'), 'utf8'))).toEqual([
      'qgis',
      'class',
      [...TREND_CLASSES, ''],
    ]);
  });

  it('leaves a style alone that is there already, unless it may be replaced', async () => {
    const style = join(folder, 'map.qml');
    writeFileSync(style, 'my own');
    await writeSample(join(folder, 'map.geojson'));
    expect(readFileSync(style, 'utf8')).toBe('my own');
    await writeSample(join(folder, 'map.geojson'), true);
    expect(readFileSync(style, 'utf8')).toContain('<qgis');
  });

  it('within a GeoPackage', async () => {
    const path = join(folder, 'map.gpkg');
    await writeSample(path);
    const database = openSqlite(path);
    const [{ styleQML: style }] = database.query('SELECT styleQML FROM layer_styles');
    database.close();
    expect(parseStyle(String(style))).toEqual(['qgis', 'class', [...TREND_CLASSES, '']]);
  });

  it('for a column of any name', () => {
    const name = `a"b<c&d'é`;
    expect(parseStyle(buildQgisStyle(name))).toEqual(['qgis', name, [...TREND_CLASSES, '']]);
  });
});
