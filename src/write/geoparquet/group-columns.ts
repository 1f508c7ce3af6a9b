import { type PackedTexts, packTexts } from '../../series/packed-texts.js';
import type { ColumnValues, PackedColumn, ResultField } from '../../series/result-table.js';
import { type Allocate, allocateNumbers, type LeafColumn } from './leaf-column.js';

/** The values of one field in the row group under way. */
export interface GroupColumn {
  /** Takes values of a batch from `start` on, to be those from `row` on of the group. */
  put(values: ColumnValues | PackedColumn, start: number, count: number, row: number): void;
  /** The first rows, as views of the group until it is cleared. */
  leaf(rows: number): LeafColumn;
  clear(): void;
}

export function createGroupColumn(field: ResultField, capacity: number, allocate: Allocate): GroupColumn {
  const { name, type } = field;
  if (type === 'text') return createTextColumn(name, capacity, allocate);
  const leaf: LeafColumn = { path: [name], isOptional: true, ...allocateNumbers(type, capacity, allocate) };
  return {
    put(values, start, count, row) {
      leaf.values.set((values as Float64Array).subarray(start, start + count), row);
    },
    leaf: () => leaf,
    clear: () => {},
  };
}

function createTextColumn(name: string, capacity: number, allocate: Allocate): GroupColumn {
  const lengths = new Uint32Array(allocate(4 * capacity));
  let bytes = new Uint8Array(allocate(capacity));
  let used = 0;

  function append(more: Uint8Array): void {
    if (used + more.length > bytes.length) {
      const larger = new Uint8Array(allocate(Math.max(2 * bytes.length, used + more.length)));
      larger.set(bytes.subarray(0, used));
      bytes = larger;
    }
    bytes.set(more, used);
    used += more.length;
  }

  return {
    put(values, start, count, row) {
      const texts: PackedTexts =
        'lengths' in values ? values : packTexts((values as readonly string[]).slice(start, start + count));
      const first = 'lengths' in values ? start : 0;
      const before = sum(texts.lengths, 0, first);
      const own = sum(texts.lengths, first, first + count);
      lengths.set(texts.lengths.subarray(first, first + count), row);
      append(texts.bytes.subarray(before, before + own));
    },
    leaf(rows) {
      const texts = { lengths: lengths.subarray(0, rows), bytes: bytes.subarray(0, used) };
      return { path: [name], isOptional: true, kind: 'text', texts };
    },
    clear() {
      used = 0;
    },
  };
}

function sum(lengths: Uint32Array, start: number, end: number): number {
  let total = 0;
  for (let row = start; row < end; row++) total += lengths[row];
  return total;
}
