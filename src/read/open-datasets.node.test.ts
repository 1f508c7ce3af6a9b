import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Zippable, zipSync } from 'fflate';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { GroundTrendError } from '../errors.js';
import type { Dataset } from '../series/dataset.js';
import { openDatasets } from './open-datasets.node.js';

const root = mkdtempSync(join(tmpdir(), 'groundtrend-read-'));
let folder = root;
let folders = 0;
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
});
afterAll(() => rmSync(root, { recursive: true }));

const HEADER = 'pid,latitude,longitude,20200103,20200109';
const textOf = (prefix: string, rows: number) =>
  `${HEADER}\n${Array.from({ length: rows }, (_, i) => `${prefix}${i},38.${100 + i},13.5,${i % 7}.5,-1.0`).join('\n')}\n`;
const bytesOf = (text: string) => new TextEncoder().encode(text);

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const putZip = (name: string, members: Zippable) => put(name, zipSync(members));

async function countPoints(dataset: Dataset): Promise<number> {
  let points = 0;
  for await (const batch of dataset.batches()) points += batch.count;
  return points;
}

/** The message of the error that opening or reading ends with, the test's folder cut from its paths. */
async function messageOf(...paths: string[]): Promise<string> {
  try {
    for (const dataset of await openDatasets(paths)) await countPoints(dataset);
  } catch (error) {
    expect(error).toBeInstanceOf(GroundTrendError);
    expect((error as GroundTrendError).code).toBe('input');
    return (error as Error).message.replaceAll(`${folder}/`, '');
  }
  throw new Error('Nothing was thrown.');
}

describe('openDatasets', () => {
  it('reads a file whatever its ending, telling of bytes on the way', async () => {
    const text = textOf('p', 40_000);
    const path = put('points.anything', text);
    const [dataset] = await openDatasets([path]);
    expect(dataset).toMatchObject({ name: path, format: 'delimited text', totalBytes: text.length });
    const counts: number[] = [];
    const consumed: number[] = [];
    for await (const batch of dataset.batches({ onBytes: (bytes) => consumed.push(bytes) }))
      counts.push(batch.count);
    expect(counts).toEqual([8192, 8192, 8192, 8192, 7232]);
    expect(consumed.at(-1)).toBe(text.length);
    expect(consumed).toEqual(consumed.toSorted((a, b) => a - b));
  });

  it('reads every table in a ZIP, passing over XML and naming the rest', async () => {
    const path = putZip('points.zip', {
      'a/first.csv': bytesOf(textOf('a', 30_000)),
      'about.xml': bytesOf('<?xml version="1.0"?><a/>'),
      'notes.txt': bytesOf('Nothing to see.'),
      'second.data': [bytesOf(textOf('b', 5)), { level: 0 }],
    });
    const datasets = await openDatasets([path]);
    expect(datasets.map(({ name }) => name)).toEqual([`${path}/a/first.csv`, `${path}/second.data`]);
    const consumed: number[] = [];
    for await (const _ of datasets[0].batches({ onBytes: (bytes) => consumed.push(bytes) }));
    expect(consumed.at(-1)).toBe(datasets[0].totalBytes);
    expect(datasets[0].report).toEqual({
      rowsRead: 30_000,
      skipped: [],
      warnings: ['Not read, beside the tables: notes.txt (plain text).'],
    });
    expect(await countPoints(datasets[1])).toBe(5);
  });

  it('reads a folder in order of names, tables and archives alike', async () => {
    put('b.csv', textOf('b', 2));
    putZip('a.zip', { 'inner.csv': bytesOf(textOf('a', 3)) });
    put('c.xml', '<a/>');
    put('d.png', '\u0089PNG');
    put('.hidden', 'x');
    mkdirSync(join(folder, 'below'));
    const datasets = await openDatasets([folder]);
    expect(datasets.map(({ name }) => name.slice(folder.length + 1))).toEqual(['a.zip/inner.csv', 'b.csv']);
    expect(await Promise.all(datasets.map(countPoints))).toEqual([3, 2]);
    expect(datasets[0].report.warnings).toEqual([
      expect.stringMatching(/^Not read, beside the tables: d\.png/),
    ]);
  });

  it('notices a point that comes again in another file', async () => {
    const datasets = await openDatasets([put('a.csv', textOf('p', 4)), put('b.csv', textOf('p', 6))]);
    expect([await countPoints(datasets[0]), await countPoints(datasets[1])]).toEqual([4, 2]);
    expect(datasets[1].report.skipped).toMatchObject([{ reason: 'a pid that came before', count: 4 }]);
  });
});

describe('what cannot be opened', () => {
  it('a path that is not there', async () => {
    expect(await messageOf(join(folder, 'none.csv'))).toBe('none.csv: There is no such file.');
  });

  // Root may read everything; for it file-source.node.test.ts has the message.
  if (process.getuid?.() !== 0) {
    it('a file that may not be read', async () => {
      const path = put('secret.csv', textOf('p', 1));
      chmodSync(path, 0);
      expect(await messageOf(path)).toBe('secret.csv: The file may not be read (permissions).');
    });
  }

  it('an empty file, and one of another kind', async () => {
    expect(await messageOf(put('empty.csv', ''))).toMatch(/^empty\.csv: This is an empty file\./);
    expect(await messageOf(put('points.csv', 'ARROW1\u0000'))).toMatch(
      /^points\.csv: This is an Arrow \(Feather\) file, not a table/,
    );
  });

  it('a folder without data', async () => {
    put('readme.txt', 'Hello');
    await expect(openDatasets([folder])).rejects.toThrow(
      `${folder}: This folder holds no table of series.\nIt holds readme.txt (plain text).`,
    );
  });
});

describe('damaged and hostile archives', () => {
  const member = bytesOf(textOf('p', 20_000));
  const good = () => zipSync({ 'points.csv': member });
  const central = (zip: Uint8Array) => Buffer.from(zip).indexOf('PK\u0001\u0002');
  const patch = (change: (zip: DataView, header: number) => void) => {
    const zip = good();
    change(new DataView(zip.buffer, zip.byteOffset), central(zip));
    return put('a.zip', zip);
  };

  it('one that ends early', async () => {
    const zip = good();
    expect(await messageOf(put('a.zip', zip.subarray(0, zip.length / 2)))).toMatch(
      /^a\.zip: This ZIP archive ends early or is damaged\.\nDownload or copy it again\./,
    );
  });

  it('one without a table', async () => {
    expect(await messageOf(putZip('a.zip', { 'a.xml': bytesOf('<a/>') }))).toBe(
      'a.zip: This ZIP archive holds no table of series.\nIt is empty, or holds XML only.',
    );
    expect(await messageOf(putZip('b.zip', { 'a.txt': bytesOf('Hello') }))).toBe(
      'b.zip: This ZIP archive holds no table of series.\nIt holds a.txt (plain text).',
    );
  });

  it('a checksum that does not match', async () => {
    const path = patch((zip, header) => zip.setUint32(header + 16, 1, true));
    expect(await messageOf(path)).toBe(
      'a.zip/points.csv: This member of the archive is damaged: its checksum (CRC-32) does not match.\n' +
        'Download or copy the archive again.',
    );
  });

  it('bytes that are no compressed data', async () => {
    const path = patch((zip) => {
      for (let at = 60; at < 90; at++) zip.setUint8(at, 0xff);
    });
    expect(await messageOf(path)).toMatch(/^a\.zip\/points\.csv: This member of the archive is damaged: /);
  });

  it('a member that is larger or smaller than the archive says', async () => {
    const smaller = patch((zip, header) => zip.setUint32(header + 24, member.length + 10, true));
    expect(await messageOf(smaller)).toMatch(
      `a.zip/points.csv: This member of the archive is damaged: it ends after ${member.length} of ${member.length + 10} bytes.`,
    );
    const larger = patch((zip, header) => zip.setUint32(header + 24, member.length - 10, true));
    expect(await messageOf(larger)).toMatch('it is larger than the archive says');
  });

  it('a member that would grow out of all proportion', async () => {
    const path = patch((zip, header) => zip.setUint32(header + 24, 0xf000_0000, true));
    expect(await messageOf(path)).toMatch(
      /^a\.zip\/points\.csv: This member of the archive would grow \d+-fold when unpacked, as no table does\./,
    );
  });

  it('an encrypted member, and one compressed in an unknown way', async () => {
    const encrypted = patch((zip, header) => zip.setUint16(header + 8, 1, true));
    expect(await messageOf(encrypted)).toMatch(
      /^a\.zip\/points\.csv: This member of the archive is encrypted\./,
    );
    const unknown = patch((zip, header) => zip.setUint16(header + 10, 93, true));
    expect(await messageOf(unknown)).toMatch(
      /^a\.zip\/points\.csv: .* compressed by method 93, which is not known/,
    );
  });
});

describe('what is held while reading', () => {
  // Linux shows a process's open files in a folder; elsewhere this cannot be looked at so simply.
  const openFiles = () => readdirSync('/proc/self/fd').length;

  it.skipIf(!existsSync('/proc/self/fd'))(
    'is let go of at the end, on leaving early and on errors',
    async () => {
      const text = textOf('p', 60_000);
      const paths = [put('a.csv', text), putZip('a.zip', { 'a.csv': bytesOf(text) })];
      const before = openFiles();
      for (const path of paths) {
        for (let round = 0; round < 5; round++) {
          const [dataset] = await openDatasets([path]);
          await countPoints(dataset);
          for await (const batch of dataset.batches({ pointsPerBatch: 10 })) if (batch.count > 0) break;
          await expect(async () => {
            for await (const _ of dataset.batches()) throw new Error('stop');
          }).rejects.toThrow('stop');
        }
      }
      await vi.waitFor(() => expect(openFiles()).toBeLessThanOrEqual(before));
    },
  );

  it.each(['a.csv', 'a.zip'])('is let go of when the signal fires (%s)', async (name) => {
    const text = textOf('p', 200_000);
    const path = name === 'a.csv' ? put(name, text) : putZip(name, { 'a.csv': bytesOf(text) });
    const [dataset] = await openDatasets([path]);
    const controller = new AbortController();
    let batches = 0;
    const reading = (async () => {
      for await (const _ of dataset.batches({ pointsPerBatch: 100, signal: controller.signal })) {
        if (++batches === 2) controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    expect(batches).toBeLessThan(2_000);
  });
});

const egms = fileURLToPath(new URL('../../../shared/data/egms/', import.meta.url));

describe.skipIf(!existsSync(egms))(
  'a folder of EGMS products (skipped where ../shared/data is absent)',
  () => {
    it('gives all four with all their points', async () => {
      const datasets = await openDatasets([egms]);
      const found: unknown[] = [];
      for (const dataset of datasets)
        found.push([dataset.format, dataset.axis.days.length, await countPoints(dataset)]);
      expect(found).toEqual([
        ['EGMS L2b (calibrated), track 022, burst 0845, IW2, 2020-2024', 210, 11_590],
        ['EGMS L2b (calibrated), track 117, burst 0227, IW2, 2020-2024', 207, 5_879],
        ['EGMS L3 (ortho), eastward, tile E45N17, 2020-2024', 304, 289],
        ['EGMS L3 (ortho), vertical, tile E45N17, 2020-2024', 304, 289],
      ]);
      expect(datasets.map(({ report }) => report.skipped)).toEqual([[], [], [], []]);
      expect(datasets[2].product).toMatchObject({ level: 'L3', component: 'east' });
    });
  },
);
