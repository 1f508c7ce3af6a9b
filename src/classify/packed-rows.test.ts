import { expect, it } from 'vitest';
import type { ResultBatch } from '../series/result-table.js';
import { packRows, unpackRows } from './packed-rows.js';

function rowsOf(count: number, text: string): ResultBatch {
  return {
    count,
    longitude: Float64Array.from({ length: count }, (_, i) => 12 + i / 8),
    latitude: Float64Array.from({ length: count }, (_, i) => 41 - i / 8),
    columns: [
      Array.from({ length: count }, (_, i) => `${text}${i}`),
      Int32Array.from({ length: count }, (_, i) => i),
      Float32Array.from({ length: count }, (_, i) => (i % 3 === 0 ? Number.NaN : i / 3)),
      new Array<string>(count).fill(''),
    ],
    displacements: Float32Array.from({ length: count * 5 }, (_, i) => i / 10),
  };
}

it.each(['p', 'Gefälle ', '点'])('gives back the rows that were packed (texts %s)', (text) => {
  const rows = rowsOf(7, text);
  const unpacked = unpackRows(packRows(rows, undefined));
  expect({ ...unpacked, columns: unpacked.columns }).toMatchObject(rows);
});

it('takes the room it is given where it is large enough, and another where not', () => {
  const first = packRows(rowsOf(9, 'point '), undefined);
  const second = packRows(rowsOf(9, 'other '), first.room);
  expect(second.room).toBe(first.room);
  expect(unpackRows(second).columns[0]).toEqual(rowsOf(9, 'other ').columns[0]);
  const larger = packRows(rowsOf(90, 'point '), first.room);
  expect(larger.room).not.toBe(first.room);
  expect(unpackRows(larger).columns[1]).toEqual(rowsOf(90, 'point ').columns[1]);
});
