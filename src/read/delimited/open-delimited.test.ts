import { describe, expect, it } from 'vitest';
import { GroundTrendError } from '../../errors.js';
import { formatDay } from '../../series/epoch-axis.js';
import { numericAttribute, type SeriesBatch } from '../../series/series-batch.js';
import type { ByteSource } from '../byte-source.js';
import { createPidRegister } from '../pid-register.js';
import type { ReadOptions } from '../read-options.js';
import { openDelimited } from './open-delimited.js';

function sourceOf(text: string | Uint8Array, name = 'points.csv'): ByteSource {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return {
    name,
    totalBytes: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

async function read(text: string, options?: ReadOptions, name?: string) {
  const dataset = await openDelimited(sourceOf(text, name), options);
  const batches: SeriesBatch[] = [];
  for await (const batch of dataset.batches()) batches.push(batch);
  return { dataset, batch: batches[0] as SeriesBatch | undefined };
}

async function failure(action: () => Promise<unknown>): Promise<GroundTrendError> {
  try {
    await action();
  } catch (error) {
    expect(error).toBeInstanceOf(GroundTrendError);
    return error as GroundTrendError;
  }
  throw new Error('Nothing was thrown.');
}

const HEADER = 'pid,latitude,longitude,rmse,20200103,20200109,20200115';
const tableOf = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;
const GOOD = 'a,38.5,13.5,2.5,1.0,-2.0,3.5';

describe('attributes', () => {
  it('are texts where a number would lose digits that name something', async () => {
    const { batch } = await read(
      'pid,latitude,longitude,code,building,count,20200103,20200109\n' +
        'a,38.5,13.5,007,1234567890123456,123456789012345,1,2\n',
    );
    expect(batch?.attributes).toEqual([
      { name: 'code', kind: 'text', values: ['007'] },
      { name: 'building', kind: 'text', values: ['1234567890123456'] },
      { name: 'count', kind: 'number', values: Float64Array.of(123456789012345) },
    ]);
  });
});

describe('dialects', () => {
  it('takes the decimal mark of the other numbers where the displacements are whole', async () => {
    const { batch } = await read(
      'pid;latitude;longitude;20200103;20200109\na;38,5;13,25;1;-2\nb;38,75;13,5;3;4\n',
    );
    expect([batch?.latitude, batch?.longitude]).toEqual([
      Float64Array.of(38.5, 38.75),
      Float64Array.of(13.25, 13.5),
    ]);
    const point = await read('pid;latitude;longitude;note;20200103;20200109\na;38.5;13.25;1,2;1;-2\n');
    expect(point.batch?.longitude).toEqual(Float64Array.of(13.25));
  });

  it('says that letters of another encoding than UTF-8 are lost', async () => {
    const latin = Uint8Array.from(tableOf(GOOD.replace('a,', '\u00e9,')), (letter) => letter.charCodeAt(0));
    const dataset = await openDelimited(sourceOf(latin));
    expect(dataset.report.warnings).toEqual([expect.stringMatching(/^The text is not in UTF-8: /)]);
    const { dataset: right } = await read(tableOf(GOOD.replace('a,', '\u00e9,')));
    expect(right.report.warnings).toEqual([]);
  });

  it('doubts numbers that usually stand for none', async () => {
    const { dataset, batch } = await read(
      tableOf('a,38.5,13.5,2.5,1.0,-9999,3.5', 'b,38.6,13.5,2.5,1.0,-9999,3.5'),
    );
    expect(dataset.report.warnings).toContainEqual(
      expect.stringMatching(/^The displacement -9999 stands 2 times/),
    );
    expect(batch?.displacements[1]).toBe(-9999);
  });

  it('takes quotes, exponents, blanks and words for missing on the slow path', async () => {
    const { dataset, batch } = await read(
      '"pid","latitude","longitude","note","2020-01-03","2020-01-09"\n' +
        '"a","38.5","13.5","one, ""two""","1.5","-2e-1"\n' +
        'b, 38.6 ,13.6,,NaN,7\n' +
        'c,38.7,13.7,plain,,1.25E+1',
    );
    expect(batch!.pids).toEqual(['a', 'b', 'c']);
    expect([...batch!.latitude]).toEqual([38.5, 38.6, 38.7]);
    expect([...batch!.displacements]).toEqual([1.5, Math.fround(-0.2), Number.NaN, 7, Number.NaN, 12.5]);
    expect(batch!.attributes).toEqual([{ name: 'note', kind: 'text', values: ['one, "two"', '', 'plain'] }]);
    expect(dataset.report).toEqual({ rowsRead: 3, skipped: [], warnings: [] });
  });

  it('puts dates in order of time and says so', async () => {
    const { dataset, batch } = await read('D20200109,lat,lon,D_20200103,code\n2,38,13,1,x\n5,38,13.1,4,y\n');
    expect(Array.from(dataset.axis.days, formatDay)).toEqual(['2020-01-03', '2020-01-09']);
    expect([...batch!.displacements]).toEqual([1, 2, 4, 5]);
    expect(dataset.report.warnings).toEqual([
      'The columns of dates do not stand in order of time; they were put in order.',
    ]);
  });

  it('converts units on reading and doubts those that make no sense', async () => {
    const metres = 'pid,lat,lon,20200103,20200109\na,38,13,0.001,0.0035\n';
    const { dataset: right, batch } = await read(metres, { units: 'm' });
    expect([...batch!.displacements]).toEqual([1, 3.5]);
    expect(right.report.warnings).toEqual([]);
    const { dataset: wrong } = await read(metres);
    expect(wrong.report.warnings[0]).toMatch(
      /read as mm, .* 0\.0025 mm from date to date, which is very little/,
    );
    const { dataset: large } = await read(tableOf(GOOD), { units: 'cm' });
    expect(large.report.warnings[0]).toMatch(/read as cm, .* 55 mm from date to date, which is very much/);
  });

  it('numbers the rows where no column names the points', async () => {
    const { dataset, batch } = await read('lat,lon,20200103,20200109\n38,13,1,2\n38,14,x,2\n38,15,1,2\n');
    expect(batch!.pids).toEqual(['0', '2']);
    expect(dataset.report.warnings[0]).toMatch(/^No column names the points; their row numbers \(from 0\)/);
  });

  it('takes the columns that it is told to', async () => {
    const text = 'id,station,phi,lambda,20200103,20200109\n1,S,38,13,1,2\n';
    const columns = { pid: 'STATION', latitude: 'phi', longitude: 'lambda' };
    const { batch } = await read(text, { columns });
    expect(batch!.pids).toEqual(['S']);
    expect(batch!.latitude[0]).toBe(38);
    expect(numericAttribute(batch!, 'id')).toEqual(Float64Array.of(1));
    const error = await failure(() => read(text, { columns: { ...columns, pid: 'nummer' } }));
    expect(error.code).toBe('usage');
    expect(error.message).toBe(
      'points.csv, line 1: There is no column "nummer" to take the pid from.\n' +
        'The columns that are not dates: id, station, phi, lambda.',
    );
  });

  it('asks for the projection of metres under the names of degrees, and takes it', async () => {
    const text = 'id,LAT,LON,20200103,20200109\n1,4754000.5,391000,1,2\n';
    const error = await failure(() => read(text));
    expect(error.message).toBe(
      'points.csv, line 1: The columns LON and LAT hold metres (391000), and nothing says in which projection.\n' +
        'Say which, for example --epsg 32633 for WGS84 / UTM zone 33N.',
    );
    const { batch } = await read(text, { epsg: 32633 });
    expect(batch!.latitude[0]).toBeCloseTo(42.93, 2);
    expect(batch!.longitude[0]).toBeCloseTo(13.66, 2);
    expect(numericAttribute(batch!, 'LAT')).toEqual(Float64Array.of(4754000.5));
  });

  it('takes eastings and northings of Europe for EPSG:3035 and says so unless EGMS made them', async () => {
    const text = 'pid,easting,northing,20200103,20200109\na,4321000,3210000,1,2\n';
    const { dataset, batch } = await read(text);
    expect(batch!.longitude[0]).toBeCloseTo(10, 9);
    expect(batch!.latitude[0]).toBeCloseTo(52, 9);
    expect(dataset.report.warnings[0]).toMatch(/easting and northing were taken as EPSG:3035/);
    const named = await read(text, {}, 'EGMS_L3_E43N32_100km_E.csv');
    expect(named.dataset.report.warnings).toEqual([]);
    expect(named.dataset.product).toMatchObject({ level: 'L3', component: 'east', tile: 'E43N32' });
  });

  it('holds digits that a number would lose as text', async () => {
    const { dataset } = await read('pid,lat,lon,commune,20200103,20200109\na,38,13,00123,1,2\n');
    expect(dataset.fields).toEqual([{ name: 'commune', kind: 'text' }]);
  });

  it('reads longitudes from 0 to 360', async () => {
    const { batch } = await read('pid,lat,lon,20200103,20200109\na,38,346.5,1,2\n');
    expect(batch!.longitude[0]).toBe(-13.5);
  });
});

describe('rows that cannot be used', () => {
  it('are left out, counted by reason and named', async () => {
    const { dataset, batch } = await read(
      tableOf(
        GOOD,
        'b,38.5,13.5,2.5,1.0,-2.0',
        'c,38.5,13.5,2.5,1.0,x1,3.5',
        'd,,13.5,2.5,1.0,-2.0,3.5',
        'e,138.5,13.5,2.5,1.0,-2.0,3.5',
        ',38.5,13.5,2.5,1.0,-2.0,3.5',
        'a,38.9,13.5,2.5,1.0,-2.0,3.5',
        'f,38.5,13.5,2.5,,NaN,',
        'g,38.5,13.5,2.5,1.0,-2.0,3.5,9',
        'h,38.5,13.5,2.5,1.0,"2,3.5',
        '',
        'i,38.5,13.5,2.5,4,4,4',
        'j,38.5,13.5,oops,4,,4',
        'k,38.5,13.5,2.5,1e39,2,3',
      ),
    );
    expect(batch!.pids).toEqual(['a', 'i', 'j']);
    expect([...batch!.displacements]).toEqual([1, -2, 3.5, 4, 4, 4, 4, Number.NaN, 4]);
    expect(dataset.report.rowsRead).toBe(3);
    const file = 'points.csv';
    expect(dataset.report.skipped).toEqual([
      {
        reason: 'not as many cells as the header',
        count: 2,
        examples: [
          { file, line: 3, pid: 'b' },
          { file, line: 10, pid: 'g' },
        ],
      },
      {
        reason: 'a displacement that is not a number',
        count: 2,
        examples: [
          { file, line: 4, pid: 'c', column: '20200109' },
          { file, line: 15, pid: 'k', column: '20200103' },
        ],
      },
      {
        reason: 'no usable coordinates',
        count: 2,
        examples: [
          { file, line: 5, pid: 'd' },
          { file, line: 6, pid: 'e' },
        ],
      },
      { reason: 'no pid', count: 1, examples: [{ file, line: 7 }] },
      { reason: 'a pid that came before', count: 1, examples: [{ file, line: 8, pid: 'a' }] },
      { reason: 'no displacement at all', count: 1, examples: [{ file, line: 9, pid: 'f' }] },
      {
        reason: 'a quote that is not closed',
        count: 1,
        examples: [{ file, line: 11, pid: 'h', column: '20200109' }],
      },
    ]);
  });

  it('name no more than five examples a reason', async () => {
    const rows = Array.from({ length: 9 }, (_, i) => `p${i},38,13,1,x,1,1`);
    const { dataset } = await read(tableOf(GOOD, ...rows));
    expect(dataset.report.skipped[0].count).toBe(9);
    expect(dataset.report.skipped[0].examples).toHaveLength(5);
  });

  it('keep their place where only an attribute is no number', async () => {
    const rows = Array.from({ length: 250 }, (_, i) => `p${i},38,13,${i > 240 ? 'bad' : i},1,2,3`);
    const { dataset, batch } = await read(tableOf(...rows));
    expect(batch!.count).toBe(250);
    expect(numericAttribute(batch!, 'rmse_ts')!.slice(239, 243)).toEqual(
      Float64Array.of(239, 240, Number.NaN, Number.NaN),
    );
    expect(dataset.report.warnings).toEqual([
      'Column rmse: 9 cells are not numbers and were read as missing, the first in line 243.',
    ]);
    const error = await failure(() => read(tableOf(...rows), { strict: true }));
    expect(error.message).toMatch(/^points\.csv, line 243, column rmse: This cell is not a number/);
  });

  it('stop strict reading with their place', async () => {
    const error = await failure(() => read(tableOf(GOOD, 'c,38.5,13.5,2.5,1.0,x1,3.5'), { strict: true }));
    expect(error.code).toBe('input');
    expect(error.message).toBe(
      'points.csv, line 3, column 20200109: This row has a displacement that is not a number (pid c).\n' +
        'Without --strict such rows are left out and counted.',
    );
    const short = await failure(() => read(tableOf(GOOD, 'c,38.5'), { strict: true }));
    expect(short.message).toMatch(
      /^points\.csv, line 3: This row has not as many cells as the header \(pid c\)\./,
    );
  });

  it('are counted anew in a second pass, in which nothing is a duplicate of the first', async () => {
    const dataset = await openDelimited(sourceOf(tableOf(GOOD, GOOD, 'b,38,13,1,1,2,3')));
    for (let pass = 0; pass < 3; pass++) {
      const counts: number[] = [];
      for await (const batch of dataset.batches({ pointsPerBatch: 1 })) counts.push(batch.count);
      expect(counts).toEqual([1, 1]);
      expect(dataset.report.rowsRead).toBe(2);
      expect(dataset.report.skipped.map(({ count }) => count)).toEqual([1]);
    }
  });
});

describe('a point that comes in two files', () => {
  const countBoth = async (first: string, second: string, names = ['a.csv', 'b.csv']) => {
    const pids = createPidRegister();
    const left = await read(first, { pids }, names[0]);
    const right = await read(second, { pids }, names[1]);
    return [left.dataset.report.rowsRead, right.dataset.report.rowsRead];
  };

  it('is left out of the second where pid and place are the same', async () => {
    expect(await countBoth(tableOf(GOOD), tableOf(GOOD, 'b,38,13,1,1,2,3'))).toEqual([1, 1]);
  });

  it('is another point where only the pid is the same', async () => {
    expect(await countBoth(tableOf(GOOD), tableOf(GOOD.replace('38.5', '38.6')))).toEqual([1, 1]);
  });

  it('is another series where one is vertical and the other eastward', async () => {
    const names = ['EGMS_L3_E43N32_100km_U.csv', 'EGMS_L3_E43N32_100km_E.csv'];
    expect(await countBoth(tableOf(GOOD), tableOf(GOOD), names)).toEqual([1, 1]);
  });
});

describe('files that are no table of series', () => {
  it.each([
    ['', 'points.csv: This is an empty file.\nWas the download or the copy cut short?'],
    [
      HEADER,
      'points.csv, line 2: There is a header and no row after it.\nWas the download or the copy cut short?',
    ],
    [
      `${HEADER}\n\n`,
      'points.csv, line 2: There is a header and no row after it.\nWas the download or the copy cut short?',
    ],
    [
      'pid,latitude,longitude,height\na,1,2,3\n',
      'points.csv, line 1: No column is named like a date; the header starts with: pid, latitude, longitude, height.\n' +
        'Displacements are expected in one column a date, named 20200103, D20200103, D_20200103 or 2020-01-03. Where the dates stand in a list beside the file, give it with --dates.',
    ],
    [
      'pid,latitude,longitude,20200103\na,1,2,3\n',
      'points.csv, line 1: Only one column is named like a date; a series needs at least two.\n' +
        'Displacements are expected in one column a date, named 20200103, D20200103, D_20200103 or 2020-01-03. Where the dates stand in a list beside the file, give it with --dates.',
    ],
    [
      'pid,latitude,longitude,20200103,D20200103\na,1,2,3,4\n',
      'points.csv, line 1, column D20200103: The date 2020-01-03 appears twice, as columns 4 (20200103) and 5 (D20200103).\n' +
        'Remove one of the two.',
    ],
    [
      'pid,latitude,longitude,20200103,20200231\na,1,2,3,4\n',
      'points.csv, line 1, column 20200231: This column is named like a date that is not in the calendar.',
    ],
    [
      'pid,20200103,20200109\na,1,2\n',
      'points.csv, line 1: There are no columns of coordinates: neither latitude and longitude nor easting and northing.\n' +
        'In the header, call them latitude and longitude, or easting and northing.',
    ],
    [
      'pid,lat,lon,20200103,20200109\na,1,2,3\nb,1,2,3\n',
      'points.csv, line 2: The header has 5 columns, the rows have 4.',
    ],
    [
      'pid,lat,lon,20200103,20200109\ra,1,2,3,4\r',
      'points.csv: The lines end in carriage returns only.\nSave it with line feeds (LF or CRLF) and try again.',
    ],
    ['%PDF-1.7\n1,2', 'points.csv: This is a PDF document, not a table of series as text.'],
    [
      '\u0000p\u0000i\u0000d\u0000,\u0000a',
      'points.csv: This is text in UTF-16, not a table of series as text.\nSave it as UTF-8 and try again.',
    ],
    ['"pid,lat,20200103\n', 'points.csv, line 1: A quote in the header is not closed.'],
  ])('%j', async (text, message) => {
    const error = await failure(() => openDelimited(sourceOf(text)));
    expect(error.code).toBe('input');
    expect(error.message).toBe(message);
  });

  it('a line that never ends', async () => {
    const endless: ByteSource = {
      name: 'endless.csv',
      totalBytes: undefined,
      async *open() {
        yield new TextEncoder().encode(tableOf(GOOD).repeat(60));
        const piece = new Uint8Array(1 << 22).fill(0x31);
        for (;;) yield piece;
      },
    };
    const dataset = await openDelimited(endless);
    const error = await failure(async () => {
      for await (const _ of dataset.batches());
    });
    expect(error.message).toBe('endless.csv: A line is longer than 64 MiB.');
  });
});
