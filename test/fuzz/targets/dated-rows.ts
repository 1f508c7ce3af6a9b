import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { openDatasets } from '../../../src/read/open-datasets.node.js';
import { parseDateList } from '../../../src/read/point-text/date-list.js';
import { MM_PER_UNIT } from '../../../src/read/read-options.js';
import { formatCompactDay } from '../../../src/series/epoch-axis.js';
import { readDatedRowsPlainly } from '../../reference/read-dated-rows-plainly.js';
import { collectBatches, compareWithReference } from '../compare-points.js';
import { readFixture } from '../corpus.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutateText } from '../mutate-text.js';
import { type FuzzInput, type FuzzTarget, WrongValue } from '../target.js';

/** Rows as GMTSAR, GAMMA and `gmt grdtrack` leave them, and what their first columns are. */
const SEEDS: readonly { readonly file: string; readonly columns: string }[] = [
  { file: 'text/disp_tab.txt', columns: 'pid,line,pixel,latitude,longitude,height' },
  { file: 'text/grdtrack.txt', columns: '' },
  { file: 'text/blanks.txt', columns: '' },
  { file: 'text/number-row.txt', columns: '' },
];
const DATES = ['text/dates.txt', 'text/SLC_tab'];

/** Rows of text and the list of their dates, both damaged, against the reader that takes a line at a time. */
export const datedRows: FuzzTarget = {
  name: 'dated-rows',
  share: 5,
  async prepare() {
    const encoder = new TextEncoder();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const lists = (await Promise.all(DATES.map(readFixture))).map(decode);
    const list = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...lists) },
      {
        weight: 1,
        arbitrary: mutateText(
          lists,
          ['\n', '-', '/', ' ', '#'],
          ['20200103', '20200230', '2020-01-04', '19'],
        ),
      },
    );
    const rows = await Promise.all(
      SEEDS.map(async ({ file, columns }) => {
        const seed = await readFixture(file);
        const text = mutateText([decode(seed)], [',', ';', '\t', ' ', '"', '\n', '.', '#', '%']);
        const bytes = fc.oneof(
          { weight: 4, arbitrary: text.map((changed) => encoder.encode(changed)) },
          { weight: 1, arbitrary: mutateBytes([seed]) },
        );
        return bytes.map((content) => ({ content, columns }));
      }),
    );
    const settings = fc.record({
      pointsPerBatch: fc.constantFrom(1, 3, 8192),
      units: fc.constantFrom('mm', 'cm', 'm'),
      isDated: fc.constantFrom('yes', 'yes', 'yes', 'no'),
    });
    const inputs = fc.tuple(fc.oneof(...rows), list, settings).map(([{ content, columns }, dates, how]) => ({
      files: { 'rows.txt': content, 'dates.txt': encoder.encode(dates) },
      settings: { ...how, columns },
    }));
    return { inputs, check };
  },
};

async function check({ files, settings }: FuzzInput, folder: string): Promise<void> {
  const { pointsPerBatch, units, isDated, columns } = settings as {
    pointsPerBatch: number;
    units: 'mm';
    isDated: string;
    columns: string;
  };
  const path = join(folder, 'rows.txt');
  await writeFile(path, files['rows.txt']);
  const dates =
    isDated === 'yes' ? parseDateList(new TextDecoder().decode(files['dates.txt']), 'dates.txt') : undefined;
  const columnNames = dates && columns !== '' ? columns.split(',') : undefined;
  const [dataset] = await openDatasets([path], { units, dates, columnNames });
  const batches = await collectBatches(dataset, pointsPerBatch);
  if (dates === undefined || dataset.format !== 'points as text') return;
  const names = dates.map(formatCompactDay);
  const reference = readDatedRowsPlainly(files['rows.txt'], names, columnNames, MM_PER_UNIT[units]);
  if (reference === undefined) throw new WrongValue('accepts what the reference cannot read');
  compareWithReference(dataset, batches, reference);
}
