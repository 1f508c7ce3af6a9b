/** Points by the cell of a square grid that they lie in: a hash table over cells, a chain of points in each. */
export interface CellIndex {
  readonly cellCount: number;
  /** Number of the cell at a column and row, -1 where it has no point. */
  cellAt(column: number, row: number): number;
  columnOf(cell: number): number;
  rowOf(cell: number): number;
  /** First point of a cell; `next[point]` leads on, -1 ends. */
  readonly first: Int32Array;
  readonly next: Int32Array;
}

/** Puts the marked points (all where there are no marks) into cells of a side, in metres. Linear in the points. */
export function createCellIndex(
  x: Float64Array,
  y: Float64Array,
  side: number,
  isMarked?: Uint8Array,
): CellIndex {
  let marked = 0;
  for (let i = 0; i < x.length; i++) if (isMarked === undefined || isMarked[i] === 1) marked++;
  let size = 16;
  while (size < 2 * marked) size *= 2;
  const table = new Int32Array(size).fill(-1);
  const columns = new Int32Array(marked);
  const rows = new Int32Array(marked);
  const first = new Int32Array(marked).fill(-1);
  const next = new Int32Array(x.length).fill(-1);
  let cellCount = 0;

  function slotOf(column: number, row: number): number {
    let slot = (Math.imul(column, 0x9e3779b1) ^ Math.imul(row, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & (size - 1);
    for (let cell = table[slot]; cell >= 0; cell = table[slot]) {
      if (columns[cell] === column && rows[cell] === row) return slot;
      slot = (slot + 1) & (size - 1);
    }
    return slot;
  }

  for (let i = x.length - 1; i >= 0; i--) {
    if (isMarked !== undefined && isMarked[i] === 0) continue;
    if (Number.isNaN(x[i] + y[i])) continue;
    const column = Math.floor(x[i] / side);
    const row = Math.floor(y[i] / side);
    const slot = slotOf(column, row);
    let cell = table[slot];
    if (cell < 0) {
      cell = cellCount++;
      table[slot] = cell;
      columns[cell] = column;
      rows[cell] = row;
    }
    next[i] = first[cell];
    first[cell] = i;
  }
  return {
    cellCount,
    cellAt: (column, row) => table[slotOf(column, row)],
    columnOf: (cell) => columns[cell],
    rowOf: (cell) => rows[cell],
    first,
    next,
  };
}
