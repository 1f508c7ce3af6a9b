import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { findDatasets } from './find-datasets.js';

const TABLE = 'pid,latitude,longitude,20200103,20200109\na,38.5,13.5,1,-2\n';
const fileOf = (name: string, content: string | Uint8Array) => new File([content as BlobPart], name);

describe('findDatasets', () => {
  it('names what lies beside a table', async () => {
    const [dataset, ...others] = await findDatasets([
      fileOf('notes.txt', 'Nothing to see.'),
      fileOf('points.csv', TABLE),
      fileOf('about.xml', '<a/>'),
    ]);
    expect(others).toEqual([]);
    expect(dataset.report.warnings).toEqual(['Not read, beside the tables: notes.txt (plain text).']);
  });

  it('names it in an archive too, and says nothing where there is nothing else', async () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const archive = zipSync({
      'points.csv': bytes(TABLE),
      'photo.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
    });
    const [zipped] = await findDatasets([fileOf('a.zip', archive)]);
    expect(zipped.report.warnings).toEqual(['Not read, beside the tables: photo.png (a PNG image).']);
    const [alone] = await findDatasets([fileOf('points.csv', TABLE)]);
    expect(alone.report.warnings).toEqual([]);
  });

  it.each([
    ['MATLAB 5.0 MAT-file', 'a MATLAB file'],
    ['\u0089HDF', 'an HDF5 (or netCDF-4) file'],
  ])('refuses what only the command line reads, also beside a table: %j', async (start, what) => {
    const bytes = Uint8Array.from(start, (letter) => letter.charCodeAt(0));
    await expect(findDatasets([fileOf('points.csv', TABLE), fileOf('x', bytes)])).rejects.toThrow(
      `x: This is ${what}, which a page cannot read.`,
    );
  });
});
