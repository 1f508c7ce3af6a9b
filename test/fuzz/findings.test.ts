/** What fuzzing and a hostile look at the readers have found, one by one: every input is kept, small, beside its test. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileMetaData } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import { checkPages } from '../../src/read/parquet/page-check.js';
import { readCellText } from '../../src/read/shapefile/dbf-cell.js';
import { listZipMembers } from '../../src/read/zip-archive.node.js';
import { listBlobZipMembers } from '../../src/read/zip-blob.js';
import type { SeriesBatch } from '../../src/series/series-batch.js';
import { buildZip } from './zip-builder.js';

const FINDINGS = fileURLToPath(new URL('../fixtures/findings/', import.meta.url));
const finding = (name: string) => join(FINDINGS, name);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'findings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function readAll(path: string) {
  const [dataset] = await openDatasets([path]);
  const batches: SeriesBatch[] = [];
  for await (const batch of dataset.batches()) batches.push(batch);
  return { dataset, batches, pids: batches.flatMap(({ pids }) => pids) };
}

const refusal = (pattern: RegExp) => ({ code: 'input', message: expect.stringMatching(pattern) });

describe('tables of text', () => {
  it('whose lines end in two carriage returns are read', async () => {
    const { pids, dataset } = await readAll(finding('double-carriage-return.csv'));
    expect(pids).toEqual(['a', 'b']);
    expect(dataset.report.skipped).toEqual([]);
  });
});

describe('displacements that are fillers', () => {
  const days = ['20200103', '20200109', '20200115'];
  it.each([
    ['a.csv', ['pid,longitude,latitude', ...days].join(','), ','],
    ['a.txt', ['name lon lat', ...days].join(' '), ' '],
  ])('are left out and counted, and no class is made of them: %s', async (name, header, delimiter) => {
    const rows = ['9.96921e36', '-1.1e12', '1e12', '2'].map((value, i) =>
      [`p${i}`, 13 + i / 100, 38, 1, value, 3].join(delimiter),
    );
    writeFileSync(join(folder, name), `${[header, ...rows].join('\n')}\n`);
    const { pids, dataset } = await readAll(join(folder, name));
    expect(pids).toEqual(['p2', 'p3']);
    expect(dataset.report.skipped).toMatchObject([
      { reason: 'a displacement of more than a million kilometres', count: 2 },
    ]);
  });
});

describe('rows of text with a list of dates', () => {
  const dates = [18_264, 18_270, 18_276];
  const open = async (text: string) => {
    const path = join(folder, 'rows.txt');
    writeFileSync(path, text);
    const [dataset] = await openDatasets([path], { dates });
    const pids: string[] = [];
    for await (const batch of dataset.batches()) pids.push(...batch.pids);
    return { pids, skipped: dataset.report.skipped };
  };

  it('take no number but in decimal notation', async () => {
    const { pids, skipped } = await open(
      '13 38 1 2 3\n13.1 38 0x10 2 3\n13.2 38 1 Infinity 3\n13.3 38 *** 2 3\n',
    );
    expect(pids).toEqual(['0', '3']);
    expect(skipped).toMatchObject([{ reason: 'a displacement that is not a number', count: 2 }]);
  });

  it.each([
    ['other dates', 'name lon lat 20200103 20200109 20200121\na 13 38 1 2 3\n'],
    [
      'a date among the names, its line glued to the next',
      'name lon lat 20191228 x y a 13 38 0 1 2\nb 13 38 0 1 2 3\n',
    ],
  ])('are refused where they say %s', async (_, text) => {
    await expect(open(text)).rejects.toMatchObject(refusal(/The rows say other dates than the list/));
  });
});

describe('shapefiles', () => {
  it('whose texts begin with bytes of zero have the name that follows', () => {
    const bytes = new TextEncoder().encode('\0\0 a\0b \0');
    expect(readCellText(bytes, 0, bytes.length, new TextDecoder())).toBe('a\0b');
  });
});

describe('GeoJSON', () => {
  it('with a member of objects behind the features is not read as one feature more', async () => {
    expect((await readAll(finding('members-behind.geojson'))).pids).toEqual(['a', 'b']);
  });

  it.each([
    ['crs-behind.geojson', /says behind its features that they are in EPSG:3035/],
    ['no-comma.geojson', /no comma/],
    ['words-between.geojson', /stands between two features/],
    ['two-lists.geojson', /two lists of features/],
    ['cut-frame.geojson', /is no JSON/],
    ['glued-lines.geojsonl', /no comma or line end/],
    ['late-date.geojson', /has the date D20200115, which none of the first/],
    ['long-pid.geojson', /more digits in pid than a JSON number keeps/],
  ])('%s is refused', async (name, why) => {
    await expect(readAll(finding(name))).rejects.toMatchObject(refusal(why));
  });

  it('takes no value from what every object has, and no number but in decimal notation', async () => {
    const { batches, dataset } = await readAll(finding('prototype-names.geojson'));
    const constructors = batches[0].attributes.find(({ name }) => name === 'constructor');
    expect(constructors?.values).toEqual(['mine', '']);
    expect(batches[0].pids).toEqual(['a', 'b']);
    expect(dataset.report.skipped).toMatchObject([
      { reason: 'a displacement that is not a number', count: 4 },
    ]);
  });

  it('nested thousands deep is refused before anything walks through it', async () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const path = join(folder, 'deep.geojson');
    writeFileSync(
      path,
      `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"deep":${deep}}}]}`,
    );
    await expect(readAll(path)).rejects.toMatchObject(refusal(/nested more than 200 deep/));
  });
});

describe('archives', () => {
  const content = new TextEncoder().encode('pid,latitude,longitude,20200103,20200109\na,38,13,1,2\n');

  it.each([
    [
      'whose members share their bytes',
      [
        { name: 'a.csv', content },
        { name: 'b.csv', content, claims: { offset: 0 } },
      ],
    ],
    [
      'of many members that are harmless one by one',
      Array.from({ length: 5 }, (_, i) => ({
        name: `${i}.csv`,
        content,
        claims: { size: 200 << 20 },
      })),
    ],
  ])('%s are refused, in the program and in the page', async (_, members) => {
    const bytes = buildZip(members);
    const path = join(folder, 'a.zip');
    writeFileSync(path, bytes);
    const why = refusal(/share their bytes|would grow \d+-fold/);
    await expect(listZipMembers(path, 'a.zip')).rejects.toMatchObject(why);
    await expect(listBlobZipMembers(new Blob([bytes.slice()]), 'a.zip')).rejects.toMatchObject(why);
  });

  it('with names that lead out of a folder are read where they lie', async () => {
    const path = join(folder, 'a.zip');
    writeFileSync(path, buildZip([{ name: 'x/points.csv', content }]));
    expect((await readAll(path)).pids).toEqual(['a']);
    writeFileSync(path, buildZip([{ name: '../../points.csv', content }]));
    await expect(readAll(path)).rejects.toMatchObject(refusal(/ends early or is damaged/));
    expect(readdirSync(folder)).toEqual(['a.zip']);
  });
});

describe('Parquet', () => {
  it('with a run longer than its page is refused before it is decoded', () => {
    // A page of 4 values, of which a run says that it holds 2^30: header, length of the levels, the run.
    const levels = [6, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x08, 1];
    const header = [0x15, 0, 0x15, 20, 0x15, 20, 0x2c, 0x15, 8, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0];
    const page = Uint8Array.from([...header, ...levels]);
    const column = { data_page_offset: 0n, total_compressed_size: BigInt(page.length), num_values: 4n };
    const metadata = {
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'a', type: 'FLOAT', repetition_type: 'OPTIONAL' },
      ],
      row_groups: [
        {
          num_rows: 4n,
          columns: [{ meta_data: { ...column, codec: 'UNCOMPRESSED', path_in_schema: ['a'] } }],
        },
      ],
    } as unknown as FileMetaData;
    const file = {
      byteLength: page.length,
      slice: async (start: number, end?: number) => page.slice(start, end).buffer,
    };
    return expect(checkPages(file, metadata).slice(0, page.length)).rejects.toThrow(
      /a run says that it has 1073741824 of 4 values/,
    );
  });

  it.each([
    ['short-list.parquet', /Row 2 has 2 displacements, and there are 3 dates/],
    ['same-names.parquet', /two of its columns have one name/],
  ])('%s is refused', async (name, why) => {
    await expect(readAll(finding(name))).rejects.toMatchObject(refusal(why));
  });

  it('gives no infinite displacement', async () => {
    const { pids, dataset } = await readAll(finding('infinite.parquet'));
    expect(pids).toEqual(['a']);
    expect(dataset.report.skipped).toMatchObject([
      { reason: 'a displacement that is not a number', count: 1 },
    ]);
  });
});

describe('GeoPackages', () => {
  it('that compute their points without end are refused', async () => {
    await expect(readAll(finding('endless-view.gpkg'))).rejects.toMatchObject(
      refusal(/not stored .* but computed/),
    );
  });

  it('keep every digit of a number that names a point', async () => {
    expect((await readAll(finding('long-pid.gpkg'))).pids).toEqual(['9007199254740993', '9007199254740992']);
  });
});

describe('HDF5', () => {
  it('that speaks of more pixels than it can hold is refused', async () => {
    await expect(readAll(finding('huge-claim.h5'))).rejects.toMatchObject(
      refusal(/says that it holds 1000000 x 1000000 pixels/),
    );
  });

  it('of MATLAB that speaks of more points than it can hold is refused', async () => {
    await expect(readAll(finding('huge-claim.mat'))).rejects.toMatchObject(
      refusal(/says that lonlat has 100000000 x 2 numbers/),
    );
  });

  it('that is damaged says why in a few words', async () => {
    const path = join(folder, 'cut.h5');
    writeFileSync(path, readFileSync(finding('long-integers.h5')).subarray(0, 900));
    const error = (await readAll(path).catch((cause: unknown) => cause)) as Error;
    expect(error.message).toMatch(/ends early or is damaged.*Copy it again. \(truncated file: [^#]*\)$/s);
  });

  it('with long integers is read', async () => {
    const { batches } = await readAll(finding('long-integers.h5'));
    expect([...batches[0].displacements]).toEqual([1, -2, 3]);
  });
});

describe('MATLAB files', () => {
  const fixture = (name: string) =>
    new Uint8Array(readFileSync(new URL(`../fixtures/readers/stamps/${name}`, import.meta.url)));
  const write = (bytes: Uint8Array) => {
    const path = join(folder, 'ps_plot_ts.mat');
    writeFileSync(path, bytes);
    return path;
  };

  it('whose packed numbers do not agree with their checksum are refused', async () => {
    const bytes = fixture('ps_plot_ts_v-do.mat');
    // The first matrix, compressed, ends with its checksum: eight bytes of tag behind the header, then its size.
    const size = new DataView(bytes.buffer).getUint32(132, true);
    bytes[128 + 8 + size - 1] ^= 1;
    await expect(readAll(write(bytes))).rejects.toMatchObject(refusal(/ends early or is damaged/));
  });

  it('with texts where numbers should be are refused', async () => {
    const bytes = fixture('ps_plot_ts_v-d.mat');
    // Behind the header, two tags of eight bytes: the class of the first matrix, 4 for characters.
    bytes[128 + 16] = 4;
    await expect(readAll(write(bytes))).rejects.toMatchObject(refusal(/ends early or is damaged/));
  });

  it('with half an element at the end are refused', async () => {
    const sound = fixture('ps_plot_ts_v-d.mat');
    const bytes = new Uint8Array(sound.length + 5);
    bytes.set(sound);
    bytes[sound.length + 2] = 3;
    await expect(readAll(write(bytes))).rejects.toMatchObject(refusal(/ends early or is damaged/));
  });
});
