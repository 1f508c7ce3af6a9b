import type { ResultFile, ResultRows } from '../../src/read/result-file.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import { MISSING_INT32, type ResultField } from '../../src/series/result-table.js';
import type { PlainMap } from '../reference/read-map-plainly.js';
import { WrongValue } from './target.js';

/** A list of values by name: a column, whichever way it was read, or a row. */
type ReadMap = ReadonlyMap<string, readonly string[]>;

/** All of a map, by every way that there is to read it. */
export async function readMap(file: ResultFile): Promise<{
  readonly fields: readonly ResultField[];
  readonly lists: ReadMap;
}> {
  const { fields, points, axis } = file;
  const lists = new Map<string, readonly string[]>([
    ['dates', Array.from(axis?.days ?? [], formatCompactDay)],
  ]);
  const { longitude, latitude } = await file.readPositions();
  lists.set('longitude', exactly(longitude));
  lists.set('latitude', exactly(latitude));
  for (const { name } of fields) lists.set(`column ${name}`, exactly(await file.readColumn(name)));
  const batches: ResultRows[] = [];
  for await (const batch of file.batches(fields.map(({ name }) => name))) batches.push(batch);
  const join = (pick: (batch: ResultRows) => ArrayLike<string | number>) =>
    batches.flatMap((batch) => exactly(pick(batch)));
  lists.set(
    'longitude in batches',
    join((batch) => batch.longitude),
  );
  lists.set(
    'latitude in batches',
    join((batch) => batch.latitude),
  );
  fields.forEach(({ name }, column) => {
    lists.set(
      `column ${name} in batches`,
      join((batch) => batch.columns[column]),
    );
  });
  for (const row of rowsToClick(points)) {
    lists.set(`row ${row}`, exactly(await file.readRow(row)));
    lists.set(`series ${row}`, exactly(axis === undefined ? [] : await file.readSeries(row)));
  }
  return { fields, lists };
}

/** The first rows and the last. */
function rowsToClick(points: number): number[] {
  return [...new Set([0, 1, points - 1])].filter((row) => row >= 0 && row < points);
}

/** Throws `WrongValue` where any way of reading gives something else than the reference has. */
export function compareMaps({ fields, lists }: Awaited<ReturnType<typeof readMap>>, plain: PlainMap): void {
  const typed = (list: readonly Pick<ResultField, 'name' | 'type'>[]) =>
    list.map(({ name, type }) => `${type} ${name}`);
  requireSame('fields', typed(fields), typed(plain.fields));
  const columns = fields.map(({ type }, column) =>
    exactly(plain.rows.map(({ cells }) => cells[column] ?? missingOf(type))),
  );
  const place = (axis: 0 | 1) => exactly(plain.rows.map((row) => row.place?.[axis] ?? Number.NaN));
  const expected = new Map<string, readonly string[]>([['dates', plain.dates]]);
  for (const where of ['', ' in batches']) {
    expected.set(`longitude${where}`, place(0));
    expected.set(`latitude${where}`, place(1));
    fields.forEach(({ name }, column) => {
      expected.set(`column ${name}${where}`, columns[column]);
    });
  }
  for (const row of rowsToClick(plain.rows.length)) {
    expected.set(
      `row ${row}`,
      columns.map((values) => values[row]),
    );
    expected.set(`series ${row}`, exactly(plain.rows[row].series));
  }
  requireSame('parts', [...lists.keys()].sort(), [...expected.keys()].sort());
  for (const [what, values] of expected) requireSame(what, lists.get(what)!, values);
}

function requireSame(what: string, ours: readonly string[], theirs: readonly string[]): void {
  if (ours.length === theirs.length && ours.every((value, index) => value === theirs[index])) return;
  throw new WrongValue(`${what}: ${JSON.stringify(ours)}, the reference has ${JSON.stringify(theirs)}`);
}

function missingOf(type: ResultField['type']): string | number {
  if (type === 'text') return '';
  return type === 'float32' || type === 'float64' ? Number.NaN : MISSING_INT32;
}

/** Values as texts that tell a number from a text, and 0 from -0. */
function exactly(values: ArrayLike<string | number>): string[] {
  return Array.from(values, (value) => {
    if (typeof value === 'string') return JSON.stringify(value);
    return Object.is(value, -0) ? '-0' : String(value);
  });
}
