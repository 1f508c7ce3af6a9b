import { execFileSync, spawnSync } from 'node:child_process';
import { appendFile, open, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openPointText } from '../../src/read/point-text/open-point-text.js';
import { CLI_PATH, runNode, withFolder } from '../end-to-end/run-cli.js';
import { buildZip } from '../fuzz/zip-builder.js';

/** Far below what the files here claim, and above what the program takes for small ones (about 80 MB). */
const MOST_MB = 450;
const GIGABYTES = 4 * 2 ** 30;
const TELL_MEMORY = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS));",
)}`;
const PYTHON = process.env.GROUNDTREND_PYTHON ?? 'python3';
const hasPython = process.env.CI === 'true' || spawnSync(PYTHON, ['-c', '']).status === 0;

interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly message: string;
  readonly peakMb: number;
}

/** Runs the program and looks how much memory it took at most. */
async function runMeasured(args: readonly string[]): Promise<Ending> {
  const { status, stdout, stderr } = await runNode(['--import', TELL_MEMORY, CLI_PATH, ...args]);
  const [message, peak] = stderr.split('peak ');
  return { status, stdout, message, peakMb: Number(peak) / 1024 };
}

async function expectRefusal(args: readonly string[], why: RegExp): Promise<void> {
  const { status, message, peakMb } = await runMeasured(args);
  expect(message).toMatch(why);
  expect(status).toBe(3);
  expect(peakMb).toBeLessThan(MOST_MB);
  expect(peakMb).toBeGreaterThan(20);
}

/** Sound rows, so many that a look at the beginning finds nothing wrong. */
function soundRows(delimiter: string): string {
  return Array.from({ length: 40_000 }, (_, i) =>
    [`p${i}`, `13.${String(i).padStart(5, '0')}`, '38', '1.5', i % 7].join(delimiter),
  ).join('\n');
}

describe('a text that goes on for gigabytes without a line end', () => {
  const feature = (i: number) =>
    `{"type":"Feature","properties":{"pid":"p${i}","D20200103":1,"D20200109":2},"geometry":{"type":"Point","coordinates":[13,38]}},\n`;
  const features = Array.from({ length: 20_000 }, (_, i) => feature(i)).join('');
  it.each([
    [
      'a.csv',
      `pid,longitude,latitude,20200103,20200109\n${soundRows(',')}\nq,13,38`,
      /A line is longer than 64 MiB/,
    ],
    ['a.txt', `name lon lat 20200103 20200109\n${soundRows(' ')}\nq 13 38 `, /A line is longer than 64 MiB/],
    [
      'a.geojson',
      `{"type":"FeatureCollection","features":[\n${features}{"type":"Feature","properties":{"pid":"`,
      /longer than 64 MiB/,
    ],
    ['b.csv', 'pid,longitude,latitude,20200103,', /binary data of an unknown kind/],
  ] as const)(
    '%s is refused after a bounded part of it',
    (name, start, why) =>
      withFolder(async (folder) => {
        const path = join(folder, name);
        await writeFile(path, start);
        // What follows is a hole in the file: it takes no place on the disk and reads as zeros.
        await truncate(path, GIGABYTES);
        await expectRefusal(['inspect', path], why);
        await expectRefusal(['convert', path, join(folder, 'out.parquet')], why);
        expect(await readdir(folder)).toEqual([name]);
      }),
    60_000,
  );

  it('is refused where blanks are all that comes', async () => {
    const start = new TextEncoder().encode(`name lon lat 20200103 20200109\n${soundRows(' ')}\n`);
    const endless = {
      name: 'endless.txt',
      totalBytes: undefined,
      async *open() {
        yield start;
        const blanks = new Uint8Array(1 << 22).fill(0x20);
        for (;;) yield blanks;
      },
    };
    const { rows } = await openPointText(endless, {});
    const request = {
      uses: ['text', 'number', 'number'],
      epochs: 2,
      epochOfColumn: new Int32Array(0),
      mmPerUnit: 1,
      rowsPerBlock: 8192,
    };
    await expect(async () => {
      for await (const _ of rows(request as never));
    }).rejects.toThrow('endless.txt: A line is longer than 64 MiB.');
  });
});

describe('many lines of 60 MiB, one short of being refused', () => {
  const LINE_BYTES = 60 << 20;
  const LINES = 32;
  it.each([
    ['a.csv', 'pid,longitude,latitude,20200103,20200109\n', ','],
    ['a.txt', 'name lon lat 20200103 20200109\n', ' '],
  ])(
    '%s are passed over, a few of them held at a time',
    (name, header, delimiter) =>
      withFolder(async (folder) => {
        const path = join(folder, name);
        const start = `${header}${soundRows(delimiter)}\n`;
        await writeFile(path, start);
        const file = await open(path, 'r+');
        for (let line = 1; line <= LINES; line++) {
          await file.write('q\n', start.length + line * LINE_BYTES - 2);
        }
        await file.close();
        const out = join(folder, 'out.parquet');
        const { status, message, peakMb } = await runMeasured(['convert', path, out]);
        expect(message).toMatch(/left out 32 rows, not as many cells/);
        expect(status).toBe(0);
        // Held all at once, as one block of rows, they are twice as much.
        expect(peakMb).toBeLessThan((LINES * 60) / 2);
      }),
    60_000,
  );
});

describe('a list that is no list', () => {
  it.each([
    ['dates', ['inspect', 'ok.csv', '--dates']],
    ['addresses', ['fetch']],
  ])('of %s is refused before it is taken apart', (_, args) =>
    withFolder(async (folder) => {
      const list = join(folder, 'list.txt');
      await writeFile(list, '20200103\nhttp://a.example/x.zip\n');
      await truncate(list, GIGABYTES);
      await expectRefusal([...args, list], /list\.txt: The file is larger than 16 MiB/);
    }),
  );

  it('of labels or outlines is refused, too', () =>
    withFolder(async (folder) => {
      const path = (name: string) => join(folder, name);
      await writeFile(path('labels.csv'), 'pid,label\np1,Linear\n');
      await truncate(path('labels.csv'), GIGABYTES);
      await writeFile(path('ok.csv'), `pid,longitude,latitude,20200103,20200109\n${soundRows(',')}\n`);
      await expectRefusal(
        ['train', path('ok.csv'), '--labels', path('labels.csv'), '-o', path('m.onnx')],
        /labels\.csv: The file is larger than 256 MiB/,
      );
    }));
});

describe('a file that claims billions of points or dates', () => {
  const POINTS = 2_000_000_000;

  it('as a MATLAB file whose matrices would grow out of all proportion', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'ps_plot_ts_v-d.mat');
      const header = new Uint8Array(128);
      header.set(new TextEncoder().encode('MATLAB 5.0 MAT-file'));
      header.set([0, 1, 0x49, 0x4d], 124);
      const packed = zlibSync(claimMatrix('ph_mm', 3 * 2 ** 30));
      const tag = new Uint8Array(new Uint32Array([15, packed.length]).buffer);
      await writeFile(path, Buffer.concat([header, tag, packed]));
      await expectRefusal(['inspect', path], /would grow \d+-fold when unpacked/);
    }));

  it('as a shapefile', () =>
    withFolder(async (folder) => {
      const shp = Buffer.alloc(100 + 28);
      shp.writeInt32BE(9994, 0);
      shp.writeInt32BE(0x7fffffff, 24);
      shp.writeInt32LE(1000, 28);
      shp.writeInt32LE(1, 32);
      shp.writeInt32BE(1, 100);
      shp.writeInt32BE(10, 104);
      shp.writeInt32LE(1, 108);
      shp.writeDoubleLE(13, 112);
      shp.writeDoubleLE(38, 120);
      const dbf = Buffer.alloc(32 + 3 * 32 + 1 + 31);
      dbf.writeUInt8(3, 0);
      dbf.writeUInt32LE(POINTS, 4);
      dbf.writeUInt16LE(32 + 3 * 32 + 1, 8);
      dbf.writeUInt16LE(31, 10);
      ['PID', 'D20200103', 'D20200109'].forEach((name, i) => {
        dbf.write(name, 32 + 32 * i, 'latin1');
        dbf.write(i === 0 ? 'C' : 'N', 32 + 32 * i + 11, 'latin1');
        dbf.writeUInt8(10, 32 + 32 * i + 16);
      });
      dbf.writeUInt8(13, 32 + 3 * 32);
      dbf.write(' p1        1.0       2.0', 32 + 3 * 32 + 1, 'latin1');
      await writeFile(join(folder, 'a.shp'), shp);
      await writeFile(join(folder, 'a.dbf'), dbf);
      const { status, message, peakMb } = await runMeasured([
        'convert',
        join(folder, 'a.shp'),
        join(folder, 'a.csv'),
      ]);
      expect(status, message).toBe(3);
      expect(message).toMatch(/a\.(dbf|shp)/);
      expect(peakMb).toBeLessThan(MOST_MB);
    }));

  it('as a table with a column for each of many millions of dates', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'wide.csv');
      await writeFile(path, 'pid,longitude,latitude');
      const dates = Array.from(
        { length: 100_000 },
        (_, i) => `,2020${String((i % 12) + 1).padStart(2, '0')}01`,
      );
      for (let i = 0; i < 30; i++) await appendFile(path, dates.join(''));
      await expectRefusal(['inspect', path], /wide\.csv/);
    }));
});

describe('archives', () => {
  const content = new TextEncoder().encode('pid,longitude,latitude,20200103,20200109\na,13,38,1,2\n');

  it.skipIf(!hasPython)(
    'of the 64-bit kind, as another program writes them, are read',
    () =>
      withFolder(async (folder) => {
        const path = join(folder, 'wide.zip');
        const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for i in range(66000):
        archive.writestr(f"folder-{i}/", "")
    with archive.open("points.csv", "w", force_zip64=True) as member:
        member.write(open(sys.argv[2], "rb").read())
`;
        await writeFile(join(folder, 'points.csv'), content);
        execFileSync(PYTHON, ['-c', script, path, join(folder, 'points.csv')]);
        const { status, stdout, message, peakMb } = await runMeasured(['inspect', path, '--json']);
        expect(status, message).toBe(0);
        expect(JSON.parse(stdout)[0].points).toBe(1);
        expect(peakMb).toBeLessThan(MOST_MB);
      }),
    60_000,
  );

  it('with a link to a file elsewhere do not follow it', () =>
    withFolder(async (folder) => {
      const secret = join(folder, 'secret.csv');
      await writeFile(secret, 'pid,longitude,latitude,20200103,20200109\nsecret,13,38,1,2\n');
      const path = join(folder, 'a.zip');
      const link = {
        name: 'link.csv',
        content: new TextEncoder().encode(secret),
        claims: { mode: 0o120777 },
      };
      await writeFile(path, buildZip([link, { name: 'points.csv', content }]));
      const output = join(folder, 'out.csv');
      const { status, message } = await runMeasured(['convert', path, output]);
      expect(status, message).toBe(0);
      expect(execFileSync('cat', [output], { encoding: 'utf8' })).toContain('\na,13,38,');
      await writeFile(path, buildZip([link]));
      await expectRefusal(['inspect', path], /holds no table of series/);
    }));

  it(
    'within archives are not unpacked, however much they would grow',
    () =>
      withFolder(async (folder) => {
        let inner = buildZip([{ name: 'zeros.csv', content: new Uint8Array(64 << 20) }]);
        for (let depth = 0; depth < 6; depth++) {
          const copies = Array.from({ length: 10 }, (_, i) => ({ name: `${i}.zip`, content: inner }));
          inner = buildZip(copies);
        }
        const path = join(folder, 'nested.zip');
        await writeFile(path, inner);
        await expectRefusal(['inspect', path], /nested\.zip/);
      }),
    60_000,
  );
});

/** A matrix of doubles that says how many bytes follow; only the first of them do. */
function claimMatrix(name: string, claimed: number): Uint8Array {
  const bytes = new Uint8Array(4 << 20);
  const view = new DataView(bytes.buffer);
  const fields = [14, claimed, 6, 8, 6, 0, 5, 8, 20_000_000, 20, 1, name.length];
  fields.forEach((value, i) => {
    view.setUint32(4 * i, value, true);
  });
  bytes.set(new TextEncoder().encode(name), 48);
  view.setUint32(56, 9, true);
  view.setUint32(60, claimed - 64, true);
  return bytes;
}
