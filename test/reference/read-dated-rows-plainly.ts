import type { PlainTable } from './plain-points.js';
import { findName, LATITUDE_NAMES, LONGITUDE_NAMES, type PlainRow, plainTable } from './plain-rows.js';

const NOTES = ['#', '%', '>'];

/**
 * Rows of text whose dates (`YYYYMMDD`) stand in a list beside them, a line after the other. `names` are those of the
 * first columns; without them a first line of names or, of two, longitude and latitude. `undefined` where they do not
 * fit.
 */
export function readDatedRowsPlainly(
  bytes: Uint8Array,
  dates: readonly string[],
  names: readonly string[] | undefined,
  mmPerUnit: number,
): PlainTable | undefined {
  const lines = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !NOTES.includes(line[0]));
  if (lines.length === 0) return undefined;
  const mark = [...lines[0]].find((character) => [',', ';', '\t'].includes(character));
  const split = (line: string) =>
    (mark === undefined ? line.split(/\s+/) : line.split(mark)).map((cell) =>
      cell.trim().replaceAll('"', ''),
    );
  const head = split(lines[0]);
  const places = [LONGITUDE_NAMES, LATITUDE_NAMES].flatMap((wanted) => {
    const name = findName(names ?? [], wanted);
    return name === undefined ? [] : names!.indexOf(name);
  });
  const isNamed =
    places.length > 0
      ? places.every((column) => !isNumberLike(head[column] ?? ''))
      : head.filter((cell) => !isNumberLike(cell)).length >= 2;
  const rows = (isNamed ? lines.slice(1) : lines).map(split);
  const count = (rows[0]?.length ?? 1) - dates.length;
  const first = names ?? (isNamed ? head.slice(0, count) : ['longitude', 'latitude']);
  if (first.length !== count || new Set(first).size < count) return undefined;
  const days = dates.filter((date) => !first.includes(date));
  return plainTable(
    [...first, ...days],
    rows.map((cells): PlainRow | undefined => {
      if (cells.length !== count + dates.length) return undefined;
      const row = new Map<string, unknown>();
      first.forEach((name, column) => {
        row.set(name, /^(p?id)$/.test(name) ? cells[column].replace(/^(\d+)\.0+$/, '$1') : cells[column]);
      });
      dates.forEach((date, epoch) => {
        const cell = cells[count + epoch];
        row.set(date, /^\*+$/.test(cell) ? '' : cell);
      });
      return { cells: row };
    }),
    mmPerUnit,
  );
}

function isNumberLike(cell: string): boolean {
  return !Number.isNaN(Number(cell)) || /^nan$/i.test(cell);
}
