import {
  isUsable,
  type PlainPoint,
  type PlainTable,
  plainDate,
  plainLongitude,
  plainNumber,
} from './plain-points.js';
import { LATITUDE_NAMES, LONGITUDE_NAMES, PID_NAMES } from './plain-rows.js';

/**
 * A table of series with degrees, one line after the other and one character after the other: no bytes, no chunks, no
 * fast path. `undefined` where the header is not that of such a table; then nothing is compared.
 */
export function readTextPlainly(bytes: Uint8Array, mmPerUnit = 1): PlainTable | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replace(/^\ufeff/, '');
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const delimiter = [',', ';', '\t'].reduce((best, mark) =>
    (splitLine(lines[0], mark)?.length ?? 0) > (splitLine(lines[0], best)?.length ?? 0) ? mark : best,
  );
  const names = splitLine(lines[0], delimiter)?.map((name) => name.trim());
  if (names === undefined) return undefined;
  const find = (wanted: readonly string[]) => {
    const lower = names.map((name) => name.toLowerCase());
    const best = wanted.find((name) => lower.includes(name));
    return best === undefined ? -1 : lower.indexOf(best);
  };
  const [pid, longitude, latitude] = [find(PID_NAMES), find(LONGITUDE_NAMES), find(LATITUDE_NAMES)];
  if (longitude < 0 || latitude < 0) return undefined;
  const dateOf = names.map((name, column) => (column === pid ? undefined : plainDate(name)));
  const dates = dateOf.filter((date) => date !== undefined).sort();

  const isAttribute = (column: number) =>
    ![pid, longitude, latitude].includes(column) && dateOf[column] === undefined;

  const body = lines.slice(1);
  const mark = findMark(body, delimiter, dateOf);
  // Metres stand beside degrees that are none: then the reader takes the metres, which this one cannot.
  if (['easting', 'northing'].every((name) => find([name]) >= 0)) {
    const whole = body
      .map((line) => splitLine(line, delimiter))
      .filter((cells) => cells?.length === names.length);
    const inDegrees = whole.filter(
      (cells) =>
        Math.abs(plainNumber(cells![latitude], mark) ?? Number.NaN) <= 90 &&
        Math.abs(plainNumber(cells![longitude], mark) ?? Number.NaN) <= 360,
    );
    if (2 * inDegrees.length < whole.length) return undefined;
  }

  const seen = new Set<string>();
  const points: PlainPoint[] = [];
  let rows = 0;
  body.forEach((line, index) => {
    if (line === '') return;
    rows++;
    const cells = splitLine(line, delimiter);
    if (cells?.length !== names.length) return;
    const number = (column: number) => plainNumber(cells[column], mark);
    const displacements = dates.map((date) => toMillimetres(number(dateOf.indexOf(date)), mmPerUnit));
    if (displacements.includes(undefined)) return;
    const point: PlainPoint = {
      pid: pid < 0 ? String(index) : cells[pid],
      longitude: plainLongitude(number(longitude) ?? Number.NaN),
      latitude: number(latitude) ?? Number.NaN,
      displacements: displacements as number[],
      attributes: cells.filter((_, column) => isAttribute(column)),
    };
    if (isUsable(point, seen)) points.push(point);
  });
  return { dates, points, rows, mark };
}

/** The number that an attribute's cell stands for where its column holds numbers. */
export function plainAttribute(cell: string, table: 'comma' | 'point'): number {
  const value = plainNumber(cell, table === 'comma' ? ',' : '.');
  return value !== undefined && Number.isFinite(Math.fround(value)) ? value : Number.NaN;
}

function toMillimetres(value: number | undefined, mmPerUnit: number): number | undefined {
  if (value === undefined || Number.isNaN(value)) return value;
  const millimetres = Math.fround(value * mmPerUnit);
  return Math.abs(millimetres) <= 1e12 ? millimetres : undefined;
}

/** Cells of a line; `undefined` where a quote stays open or text follows it. Blanks around a cell are cut. */
function splitLine(line: string, delimiter: string): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    while (line[at] === ' ') at++;
    let cell = '';
    if (line[at] === '"') {
      at++;
      for (;;) {
        if (at >= line.length) return undefined;
        if (line[at] !== '"') cell += line[at++];
        else if (line[at + 1] === '"') {
          cell += '"';
          at += 2;
        } else break;
      }
      at++;
      while (line[at] === ' ') at++;
      cell = cell.trim();
    } else {
      while (at < line.length && line[at] !== delimiter) cell += line[at++];
      cell = cell.replace(/ +$/, '');
    }
    cells.push(cell);
    if (at >= line.length) return cells;
    if (line[at] !== delimiter) return undefined;
    at++;
  }
}

/** A comma where the first rows have more displacements with one than with a point, or without either more numbers. */
function findMark(
  body: readonly string[],
  delimiter: string,
  dateOf: readonly (string | undefined)[],
): '.' | ',' {
  if (delimiter === ',') return '.';
  const sample = body.filter((line) => line !== '').slice(0, 200);
  const rows = sample
    .map((line) => splitLine(line, delimiter) ?? [])
    .filter(({ length }) => length === dateOf.length);
  const dated = rows.flatMap((cells) => cells.filter((_, column) => dateOf[column] !== undefined));
  const others = rows.flatMap((cells) => cells.filter((_, column) => dateOf[column] === undefined));
  const points = dated.filter((cell) => cell.includes('.')).length;
  const commas = dated.filter((cell) => cell.includes(',') && !cell.includes('.')).length;
  if (points !== commas) return commas > points ? ',' : '.';
  const numbersWith = (mark: string) =>
    others.filter((cell) => {
      const parts = cell.replace(/^[+-]/, '').split(mark);
      return parts.length === 2 && parts.every((part) => /^[0-9]+$/.test(part));
    }).length;
  return numbersWith(',') > numbersWith('.') ? ',' : '.';
}
