import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParquetTable } from '../../src/read/parquet/open-parquet.js';
import { openRandomAccess } from '../../src/read/random-access.node.js';
import { openTable } from '../../src/read/tables/open-table.js';
import { PYARROW_MISSING } from './read-back.js';

const SCRIPT = fileURLToPath(new URL('./make-parquet-pages.py', import.meta.url));
const FILES = 36;

interface Truth {
  readonly epochs: number;
  readonly names: readonly string[];
  readonly notes: readonly (string | null)[];
  readonly integers: readonly number[];
}

const isSkipped = PYARROW_MISSING !== undefined && process.env.CI !== 'true';

describe.skipIf(isSkipped)('Parquet in every way that pyarrow writes it', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parquet-pages-'));
    execFileSync('python3', [SCRIPT, folder, String(FILES)]);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  async function expectTruth(file: number, pointsPerBatch: number, mostBytes?: number): Promise<void> {
    const truth: Truth = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'));
    const floats = new Float32Array(new Uint8Array(readFileSync(join(folder, `${file}.floats`))).buffer);
    const { epochs } = truth;
    const seriesAt = (row: number) => floats.subarray(row * epochs, (row + 1) * epochs);
    const access = await openRandomAccess(join(folder, `${file}.parquet`), 'points');
    const dataset = await openTable(await openParquetTable(access, mostBytes));
    const rows: number[] = [];
    for await (const batch of dataset.batches({ pointsPerBatch })) {
      const places = batch.pids.map((pid) => Number(pid.slice(1, 7)));
      const [integers, notes] = ['integer', 'note'].map(
        (name) => batch.attributes.find((attribute) => attribute.name === name)!.values,
      );
      expect(batch.pids).toEqual(places.map((row) => truth.names[row]));
      expect([...integers]).toEqual(places.map((row) => truth.integers[row]));
      expect(notes).toEqual(places.map((row) => truth.notes[row] ?? ''));
      expect([...batch.longitude]).toEqual(places.map((row) => 10 + row * 1e-5));
      const wrong = places.filter((row, i) =>
        seriesAt(row).some((value, epoch) => {
          const read = batch.displacements[i * epochs + epoch];
          return read !== value && !(Number.isNaN(read) && Number.isNaN(value));
        }),
      );
      expect(wrong).toEqual([]);
      rows.push(...places);
    }
    // Rows without any value are left out.
    expect(rows).toEqual([...truth.names.keys()].filter((row) => !seriesAt(row).every(Number.isNaN)));
  }

  it.each(Array.from({ length: FILES }, (_, file) => file))('file %i', async (file) => {
    await expectTruth(file, 4096);
    // Parts of a group: 500 rows of 17 dates.
    await expectTruth(file, 777, 500 * 4 * 17);
  });
});
