import { parseNumber } from '../delimited/cell-text.js';
import type { BadRow, RowBlock, RowRequest } from './table-source.js';

/** A block while it fills: every array is there, missing values in it. */
export interface OpenBlock extends RowBlock {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly badRows: BadRow[];
  readonly spoiledCells: { column: number; row: number }[];
}

export function createBlock(count: number, firstRow: number, { uses, epochs }: RowRequest): OpenBlock {
  return {
    count,
    firstRow,
    x: new Float64Array(count).fill(Number.NaN),
    y: new Float64Array(count).fill(Number.NaN),
    columns: uses.map((use) => {
      if (use === 'number') return new Float64Array(count).fill(Number.NaN);
      return use === 'text' ? new Array<string>(count).fill('') : undefined;
    }),
    displacements: new Float32Array(count * epochs).fill(Number.NaN),
    badRows: [],
    spoiledCells: [],
  };
}

/**
 * Puts a value of any kind into a row of a block, as the request uses its column: numbers and texts that are numbers
 * become displacements and numbers, `undefined`, `null` and empty texts are missing.
 */
export function putValue(
  block: OpenBlock,
  request: RowRequest,
  row: number,
  column: number,
  value: unknown,
): void {
  const use = request.uses[column];
  if (use === 'unused' || value === undefined || value === null || value === '') return;
  if (use === 'text') {
    (block.columns[column] as string[])[row] = String(value);
    return;
  }
  const number = toNumber(value);
  if (use === 'displacement') {
    if (number === undefined) block.badRows.push({ index: row, reason: 'notANumber', column });
    else
      block.displacements[row * request.epochs + request.epochOfColumn[column]] = number * request.mmPerUnit;
  } else if (number === undefined) block.spoiledCells.push({ column, row: block.firstRow + row });
  else (block.columns[column] as Float64Array)[row] = number;
}

/** `undefined` for what is no finite number in decimal notation; `NaN` is one that is missing. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) || Number.isNaN(value) ? value : undefined;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? parseNumber(value, '.') : undefined;
}
