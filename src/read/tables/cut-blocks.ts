import type { RowBlock, RowRequest } from './table-source.js';

/** More rows than a block may have, read at once. */
export interface RowStretch {
  readonly firstRow: number;
  readonly count: number;
  readonly x: Float64Array | undefined;
  readonly y: Float64Array | undefined;
  readonly displacements: Float32Array;
  readonly columns: readonly (Float64Array | string[] | undefined)[];
  readonly passedOver?: number;
}

/** Cuts stretches of rows into blocks of the size asked for. Every block has arrays of its own. */
export async function* cutBlocks(
  stretches: AsyncIterable<RowStretch>,
  { rowsPerBlock, epochs }: RowRequest,
): AsyncGenerator<RowBlock> {
  for await (const { firstRow, count, x, y, displacements, columns, passedOver } of stretches) {
    for (let start = 0; start < count; start += rowsPerBlock) {
      const end = Math.min(count, start + rowsPerBlock);
      yield {
        count: end - start,
        firstRow: firstRow + start,
        x: x?.slice(start, end),
        y: y?.slice(start, end),
        displacements: displacements.slice(start * epochs, end * epochs),
        columns: columns.map((values) => values?.slice(start, end)),
        badRows: [],
        passedOver: start === 0 ? passedOver : 0,
      };
    }
  }
}
