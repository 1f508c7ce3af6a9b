import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatasets } from '../open-datasets.node.js';

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/readers/', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shapefile-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const copy = (...names: string[]) => {
  for (const name of names) copyFileSync(join(FIXTURES, name), join(folder, name));
};
const target = (name: string) => join(folder, name);

async function countPoints(path: string, options = {}): Promise<number> {
  let points = 0;
  for (const dataset of await openDatasets([path], options)) {
    for await (const batch of dataset.batches()) points += batch.count;
  }
  return points;
}

describe('shapefiles that lack something', () => {
  it('need their table', async () => {
    copy('points.shp', 'points.prj');
    await expect(openDatasets([target('points.shp')])).rejects.toThrow(/needs its \.dbf file/);
  });

  it('ask for the projection of metres without .prj, and take the one given', async () => {
    copy('projected.shp', 'projected.dbf', 'projected.cpg');
    await expect(openDatasets([target('projected.shp')])).rejects.toThrow(
      /no \.prj file .* metres \(\d+.*\)\.\nSay which, for example --epsg/,
    );
    expect(await countPoints(target('projected.shp'), { epsg: 3035 })).toBe(24);
  });

  it('go by their .prj and say that a projection given beside it is passed over', async () => {
    copy('projected.shp', 'projected.dbf', 'projected.cpg', 'projected.prj');
    const [dataset] = await openDatasets([target('projected.shp')], { epsg: 32633 });
    expect(dataset.report.warnings).toEqual([
      expect.stringMatching(
        /^The file itself says where its points are \(".+"\): EPSG:32633 was passed over\.$/,
      ),
    ]);
  });

  it('take degrees without .prj for what they are, and say so', async () => {
    copy('points.shp', 'points.dbf');
    const [dataset] = await openDatasets([target('points.shp')]);
    expect(dataset.report.warnings).toEqual([expect.stringContaining('taken as degrees')]);
  });

  it('are not read by their index', async () => {
    copy('points.shp', 'points.shx', 'points.dbf');
    await expect(openDatasets([target('points.shx')])).rejects.toThrow(
      /points\.shx: This is the index of a shapefile \(\.shx\)\.\nGive the \.shp file/,
    );
  });

  it('are refused where they hold other shapes than points', async () => {
    copy('points.shp', 'points.dbf', 'points.prj');
    const bytes = readFileSync(target('points.shp'));
    bytes.writeInt32LE(5, 32);
    writeFileSync(target('points.shp'), bytes);
    await expect(openDatasets([target('points.shp')])).rejects.toThrow(/holds polygons, not points/);
  });

  it('leave out and count rows that are marked as deleted', async () => {
    copy('points.shp', 'points.dbf', 'points.prj');
    const bytes = readFileSync(target('points.dbf'));
    bytes[bytes.readUInt16LE(8) + 2 * bytes.readUInt16LE(10)] = 0x2a;
    writeFileSync(target('points.dbf'), bytes);
    const [dataset] = await openDatasets([target('points.shp')]);
    for await (const batch of dataset.batches()) expect(batch.count).toBe(23);
    expect(dataset.report.skipped).toMatchObject([
      { reason: 'a mark that says it was deleted', count: 1, examples: [{ row: 3 }] },
    ]);
  });
});

/** Makes numbers of a table's texts in the column `pid`: those of the rows, from 1. */
function numberPids(path: string): void {
  const bytes = readFileSync(path);
  const [headerBytes, recordBytes] = [bytes.readUInt16LE(8), bytes.readUInt16LE(10)];
  let offset = 1;
  for (let at = 32; bytes[at] !== 0x0d; at += 32) {
    const length = bytes[at + 16];
    if (bytes.toString('latin1', at, at + 3) === 'pid') {
      bytes.write('N', at + 11);
      for (let row = 0; row < bytes.readUInt32LE(4); row++) {
        bytes.write(String(row + 1).padStart(length), headerBytes + row * recordBytes + offset);
      }
    }
    offset += length;
  }
  writeFileSync(path, bytes);
}

describe('shapefiles in parts', () => {
  const parts = ['split-1', 'split-2'];
  beforeEach(() => {
    copy(...parts.flatMap((part) => ['shp', 'dbf', 'prj', 'cpg'].map((ending) => `${part}.${ending}`)));
  });

  it('are joined where numbers name their points', async () => {
    for (const part of parts) numberPids(target(`${part}.dbf`));
    const [dataset, ...others] = await openDatasets(parts.map((part) => target(`${part}.shp`)));
    expect(others).toEqual([]);
    const pids: string[] = [];
    for await (const batch of dataset.batches()) pids.push(...batch.pids);
    expect(pids).toEqual(Array.from({ length: 24 }, (_, row) => String(row + 1)));
    expect(dataset.axis.days).toHaveLength(7);
  });

  it('are refused where the rows of one have other names', async () => {
    numberPids(target('split-2.dbf'));
    await expect(openDatasets(parts.map((part) => target(`${part}.shp`)))).rejects.toThrow(
      /Row 1 is another point in .*split-1\.shp and in .*split-2\.shp/,
    );
  });
});

describe('shapefiles among others', () => {
  it('are read from a ZIP, their parts together', async () => {
    const names = ['shp', 'shx', 'dbf', 'prj', 'cpg'].flatMap((ending) => [
      `split-1.${ending}`,
      `split-2.${ending}`,
    ]);
    const members = Object.fromEntries(
      names.map((name) => [name, new Uint8Array(readFileSync(join(FIXTURES, name)))]),
    );
    writeFileSync(target('both.zip'), zipSync(members));
    const [dataset, ...others] = await openDatasets([target('both.zip')]);
    expect(others).toEqual([]);
    expect(dataset.axis.days).toHaveLength(7);
    expect(dataset.report.warnings).toHaveLength(1);
    expect(await countPoints(target('both.zip'))).toBe(24);
  });
});
