import type { PlainTable } from './plain-points.js';
import { type PlainRow, plainTable } from './plain-rows.js';

/** Points in degrees from the two files of a shapefile, held whole. `undefined` where they hold what is not compared. */
export function readShapefilePlainly(shp: Uint8Array, dbf: Uint8Array): PlainTable | undefined {
  const table = readTable(dbf);
  if (table === undefined) return undefined;
  const places = readPlaces(shp, table.rows.length);
  if (places === undefined) return undefined;
  const rows = table.rows.map((cells, index): PlainRow | undefined =>
    cells === undefined ? undefined : { x: places[index][0], y: places[index][1], cells },
  );
  return plainTable(table.columns, rows);
}

/** Names may stand twice in a damaged table; such ones, and binary numbers, are not compared. */
function readTable(dbf: Uint8Array) {
  const view = new DataView(dbf.buffer, dbf.byteOffset, dbf.byteLength);
  const columns: { name: string; type: string; start: number; length: number }[] = [];
  const headerLength = view.getUint16(8, true);
  let start = 1;
  for (let at = 32; at + 32 <= headerLength && dbf[at] !== 13; at += 32) {
    const name = textOf(dbf.subarray(at, at + 11))
      .split('\0')[0]
      .trim();
    const type = String.fromCharCode(dbf[at + 11]);
    const length = dbf[at + 16] + (type === 'C' ? 256 * dbf[at + 17] : 0);
    columns.push({ name, type, start, length });
    start += length;
  }
  const names = columns.map(({ name }) => name);
  if (columns.some(({ type }) => !'NFCDL'.includes(type)) || new Set(names).size < names.length)
    return undefined;
  const recordLength = view.getUint16(10, true);
  const rows = Array.from({ length: view.getUint32(4, true) }, (_, row) => {
    const record = dbf.subarray(headerLength + row * recordLength, headerLength + (row + 1) * recordLength);
    if (record[0] === 0x2a) return undefined;
    return new Map(columns.map((column) => [column.name, cellOf(record, column)]));
  });
  return { columns: names, rows };
}

function cellOf(
  record: Uint8Array,
  { name, type, start, length }: { name: string; type: string; start: number; length: number },
): string {
  const text = textOf(record.subarray(start, start + length)).replace(/^[ \0]+|[ \0]+$/g, '');
  const isDate = /^D?\d{8}$/.test(name);
  // A tab or the like is no blank of a number.
  if (isDate && text !== text.trim()) return 'no number';
  // Asterisks fill cells without a value; some makers write decimal commas.
  if (isDate) return text.startsWith('*') ? '' : text.replace(',', '.');
  return type === 'N' || type === 'F' ? text.replace(/\.0*$/, '') : text.trim();
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The places of plain points, by the records' own lengths; `undefined` for other shapes. */
function readPlaces(shp: Uint8Array, count: number): (readonly [number, number])[] | undefined {
  const view = new DataView(shp.buffer, shp.byteOffset, shp.byteLength);
  const places: (readonly [number, number])[] = [];
  for (let at = 100; at + 12 <= shp.length && places.length < count; at += 8 + 2 * view.getInt32(at + 4)) {
    const length = 2 * view.getInt32(at + 4);
    const type = view.getInt32(at + 8, true);
    if ([8, 18, 28].includes(type)) return undefined;
    const isPoint = [1, 11, 21].includes(type) && length >= 20;
    places.push(
      isPoint ? [view.getFloat64(at + 12, true), view.getFloat64(at + 20, true)] : [Number.NaN, Number.NaN],
    );
  }
  return places.length < count ? undefined : places;
}
