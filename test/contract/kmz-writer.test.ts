import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWriter } from '../../src/write/open-writer.node.js';
import { GDAL_MISSING } from './read-back.js';
import { expectedRows, sampleBatch, sampleSchema } from './result-sample.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kmz-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const isSkipped = GDAL_MISSING !== undefined && process.env.CI !== 'true';
const note = isSkipped ? ` (skipped: ${GDAL_MISSING})` : '';

async function write(name: string, sizes: readonly number[]): Promise<string> {
  const path = join(folder, name);
  const writer = await openWriter(path, sampleSchema(), { overwrite: false });
  let start = 0;
  for (const size of sizes) {
    await writer.write(sampleBatch(start, size));
    start += size;
  }
  await writer.finish();
  return path;
}

describe('writer of KMZ', () => {
  it.skipIf(isSkipped)(`gives places, names and numbers back to GDAL${note}`, async () => {
    const path = await write('map.kmz', [1, 199]);
    const text = execFileSync(
      'ogr2ogr',
      ['-f', 'GeoJSONSeq', '-lco', 'COORDINATE_PRECISION=15', '/vsistdout/', path],
      {
        encoding: 'utf8',
      },
    );
    const features = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    const rows = expectedRows(sampleBatch(0, 200)).filter(({ longitude }) => longitude !== null);
    expect(features).toHaveLength(rows.length);
    features.forEach(({ geometry, properties }, index) => {
      expect(geometry.coordinates.slice(0, 2)).toEqual([rows[index].longitude, rows[index].latitude]);
      expect(properties.class ?? null).toBe(rows[index].class);
      expect(Number(properties.class_code ?? Number.NaN)).toEqual(rows[index].class_code ?? Number.NaN);
      expect(properties.break_date ?? null).toBe(rows[index].break_date);
    });
    expect(features[0].properties.Name).toBe('plain');
  });

  it('paints classes in their colours and lets no text become markup', async () => {
    const kml = strFromU8(unzipSync(readFileSync(await write('a.kmz', [20])))['doc.kml']);
    expect(kml).toContain('<Style id="Linear"><IconStyle><color>ffb27200</color>');
    expect(kml).toContain('<styleUrl>#Linear</styleUrl>');
    expect(kml).not.toContain('<script>');
    expect(kml.match(/<Placemark>/g)).toHaveLength(19);
  });

  it('writes the same bytes each time', async () => {
    const first = readFileSync(await write('a.kmz', [50]));
    expect(first.equals(readFileSync(await write('b.kmz', [50])))).toBe(true);
  });
});
