import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWriter } from '../../src/write/open-writer.node.js';
import {
  csvReader,
  flatgeobufReader,
  gdalReader,
  geojsonLinesReader,
  geojsonReader,
  hyparquetReader,
  type IndependentReader,
  pyarrowReader,
  sqliteReader,
} from './read-back.js';
import { expectedRows, roundSingles, sampleBatch, sampleSchema } from './result-sample.js';

const WRITERS: readonly { name: string; readers: readonly IndependentReader[] }[] = [
  { name: 'out.parquet', readers: [hyparquetReader, pyarrowReader] },
  { name: 'out.gpkg', readers: [sqliteReader, gdalReader] },
  { name: 'out.fgb', readers: [flatgeobufReader] },
  { name: 'out.csv', readers: [csvReader] },
  { name: 'out.geojson', readers: [geojsonReader, gdalReader] },
  { name: 'out.ndjson', readers: [geojsonLinesReader] },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writers-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function writeSample(path: string, sizes: readonly number[], hasSeries = true): Promise<void> {
  const writer = await openWriter(path, sampleSchema(hasSeries), { overwrite: true });
  let start = 0;
  for (const size of sizes) {
    await writer.write(sampleBatch(start, size, hasSeries));
    start += size;
  }
  await writer.finish();
}

describe.each(WRITERS)('writer of $name', ({ name, readers }) => {
  const target = () => join(folder, name);

  for (const reader of readers) {
    const note = reader.missing === undefined ? '' : ` (skipped: ${reader.missing})`;
    it.skipIf(reader.missing)(`gives every value back to ${reader.name}${note}`, async () => {
      await writeSample(target(), [1, 0, 400, 99]);
      const rows = await reader.read(target());
      expect(roundSingles(rows)).toEqual(expectedRows(sampleBatch(0, 500)));
    });

    it.skipIf(reader.missing)(
      `without series and without rows is whole for ${reader.name}${note}`,
      async () => {
        await writeSample(target(), [12], false);
        expect(roundSingles(await reader.read(target()))).toEqual(expectedRows(sampleBatch(0, 12, false)));
        await writeSample(target(), []);
        expect(await reader.read(target())).toEqual([]);
      },
    );
  }

  it('writes the same bytes however the rows come in batches', async () => {
    await writeSample(target(), [500]);
    const whole = readFileSync(target());
    await writeSample(target(), [1, 250, 249]);
    expect(readFileSync(target()).equals(whole)).toBe(true);
  });

  it('has nothing under the name before the end, and leaves nothing behind', async () => {
    const writer = await openWriter(target(), sampleSchema(), { overwrite: false });
    await writer.write(sampleBatch(0, 300));
    expect(readdirSync(folder)).not.toContain(name);
    await writer.finish();
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('leaves nothing when aborted, and keeps the file that was there', async () => {
    const aborted = await openWriter(target(), sampleSchema(), { overwrite: false });
    await aborted.write(sampleBatch(0, 300));
    await aborted.abort();
    await aborted.abort();
    expect(readdirSync(folder)).toEqual([]);
    await expect(aborted.write(sampleBatch(0, 1))).rejects.toThrow('done with');

    writeFileSync(target(), 'older');
    const second = await openWriter(target(), sampleSchema(), { overwrite: true });
    await second.write(sampleBatch(0, 3));
    await second.abort();
    expect(readFileSync(target(), 'utf8')).toBe('older');
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('cleans up when a batch is not what the schema promised', async () => {
    const writer = await openWriter(target(), sampleSchema(), { overwrite: false });
    await expect(writer.write(sampleBatch(0, 3, false))).rejects.toMatchObject({ code: 'output' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses two columns of one name before any work', async () => {
    const schema = sampleSchema();
    const fields = [...schema.fields, { name: 'd20200109', type: 'float32' as const }];
    await expect(openWriter(target(), { ...schema, fields }, { overwrite: false })).rejects.toMatchObject({
      code: 'output',
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
