import type { BadRow, RowBlock, RowRequest } from './table-source.js';

/** More rows than a block may have, read at once. */
export interface RowStretch {
  readonly firstRow: number;
  readonly count: number;
  readonly x: Float64Array | undefined;
  readonly y: Float64Array | undefined;
  /** Already in pieces, one a block: they are too large to be copied. */
  readonly displacements: readonly Float32Array[];
  readonly columns: readonly (Float64Array | string[] | undefined)[];
  /** Positions in the stretch. */
  readonly badRows?: readonly BadRow[];
  /** See `RowBlock`. */
  readonly spoiledCells?: RowBlock['spoiledCells'];
  readonly passedOver?: number;
  /** See `RowBlock`. */
  readonly isComplete?: boolean;
}

/** Room for the displacements of a stretch, in which every one has to be put, missing ones too. */
export function allocateSeries(count: number, { rowsPerBlock, epochs }: RowRequest): Float32Array[] {
  return Array.from(
    splitRows(count, rowsPerBlock),
    ({ start, end }) => new Float32Array((end - start) * epochs),
  );
}

/** Rows in pieces of a block each. */
export function* splitRows(
  count: number,
  rowsPerBlock: number,
): Generator<{ readonly block: number; readonly start: number; readonly end: number }> {
  for (let block = 0, start = 0; start < count; block++, start += rowsPerBlock) {
    yield { block, start, end: Math.min(count, start + rowsPerBlock) };
  }
}

/**
 * Cuts stretches of rows into blocks of the size asked for. Displacements, which are handed on from thread to thread,
 * have an array of their own in every block; the columns are parts of one.
 */
export async function* cutBlocks(
  stretches: AsyncIterable<RowStretch>,
  { rowsPerBlock }: RowRequest,
): AsyncGenerator<RowBlock> {
  for await (const stretch of stretches) {
    const { firstRow, count, x, y, displacements, columns, passedOver, isComplete } = stretch;
    const { badRows = [], spoiledCells } = stretch;
    for (const { block, start, end } of splitRows(count, rowsPerBlock)) {
      yield {
        count: end - start,
        firstRow: firstRow + start,
        x: x?.subarray(start, end),
        y: y?.subarray(start, end),
        displacements: displacements[block],
        columns: columns.map((values) => values && cutColumn(values, start, end)),
        badRows: badRows
          .filter(({ index }) => index >= start && index < end)
          .map((row) => ({ ...row, index: row.index - start })),
        spoiledCells: start === 0 ? spoiledCells : undefined,
        isComplete,
        passedOver: start === 0 ? passedOver : 0,
      };
    }
  }
}

export function cutColumn(
  values: Float64Array | string[],
  start: number,
  end: number,
): Float64Array | string[] {
  return values instanceof Float64Array ? values.subarray(start, end) : values.slice(start, end);
}
