import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { foldsOf } from './cross-validate.js';
import { loadReadings, loadSources, openSources } from './load-readings.node.js';

const EPOCHS = { long: 90, short: 70 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A table of two points whose names begin with `start`, on dates every twelve days. */
function table(start: string, epochs: number): Uint8Array {
  const dates = Array.from({ length: epochs }, (_, i) =>
    new Date(Date.UTC(2019, 0, 1 + 12 * i)).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  const rows = [1, 2].map((point) => {
    const values = dates.map((_, i) => (Math.sin(7 * i * point) + 0.02 * i).toFixed(1));
    return [`${start}${point}`, 13 + point / 100, 38, ...values].join();
  });
  return new TextEncoder().encode(
    `${[['pid', 'longitude', 'latitude', ...dates].join(), ...rows].join('\n')}\n`,
  );
}

function writeArchive(): void {
  const members = { 'a.csv': table('a', EPOCHS.long), 'b.csv': table('b', EPOCHS.short) };
  writeFileSync(join(folder, 'both.zip'), zipSync(members));
  writeFileSync(join(folder, 'c.csv'), table('c', EPOCHS.long));
}

it('finds labelled series in every table of an archive, whose tables stay together', async () => {
  writeArchive();
  const labels = join(folder, 'labels.csv');
  writeFileSync(labels, 'file,pid,label\nboth.zip,b2,Linear\nboth.zip,a1,Stable\nc.csv,c1,PUE\n');
  const read = await loadReadings([labels], {});
  expect(read.map(({ axis, count }) => [axis.days.length, count])).toEqual([
    [EPOCHS.long, 1],
    [EPOCHS.short, 1],
    [EPOCHS.long, 1],
  ]);
  expect(read.map(({ readers }) => Array.from(readers[0]))).toEqual([[0], [1], [4]]);
  expect([...foldsOf(read, 'files', 1)]).toEqual([0, 0, 1]);
});

it('gives a label to one series, where two components of a place have one name', async () => {
  const members = {
    'EGMS_L3_E45N17_100km_E_2020_2024_1.csv': table('p', EPOCHS.long),
    'EGMS_L3_E45N17_100km_U_2020_2024_1.csv': table('p', EPOCHS.short),
  };
  writeFileSync(join(folder, 'both.zip'), zipSync(members));
  const labels = join(folder, 'labels.csv');
  writeFileSync(labels, 'file,pid,label\nboth.zip,p2,Linear\n');
  expect(await loadSources([join(folder, 'both.zip')], {})).toHaveLength(2);
  const read = await loadReadings([labels], {});
  expect(read.map(({ axis, count }) => [axis.days.length, count])).toEqual([[EPOCHS.long, 1]]);
});

it('says which labelled point no table of the file has', async () => {
  writeArchive();
  const labels = join(folder, 'labels.csv');
  writeFileSync(labels, 'file,pid,label\nboth.zip,b2,Linear\nboth.zip,c1,Stable\n');
  await expect(loadReadings([labels], {})).rejects.toMatchObject({
    code: 'input',
    message: expect.stringMatching(/point c1 is not/),
  });
});

it('takes every table of an archive as a source of noise', async () => {
  writeArchive();
  const sources = await loadSources([join(folder, 'both.zip')], {});
  expect(sources.map(({ axis }) => axis.days.length)).toEqual([EPOCHS.long, EPOCHS.short]);
});

it('reads a point of every file that has it, since it is another series in each', async () => {
  for (const name of ['east.csv', 'up.csv']) writeFileSync(join(folder, name), table('p', EPOCHS.long));
  const counts: number[] = [];
  for (const { batches } of await openSources([join(folder, 'east.csv'), join(folder, 'up.csv')], {})) {
    for await (const { count } of batches()) counts.push(count);
  }
  expect(counts).toEqual([2, 2]);
});
