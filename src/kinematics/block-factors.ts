import { dotProduct } from './linear-algebra.js';

/** Beside its blocks, what a matrix does is done by products of few columns; more than this many a block do not pay. */
const MOST_RANK = 16;
/** What is left out of a column, over the largest column: far below single precision. */
const LEFT_OUT = 1e-9;

/**
 * A square matrix A taken apart: rows x A is, for the columns of each block, the same columns of x times the block on
 * the diagonal, plus (x times `coarse`) times `spread`.
 */
export interface BlockFactors {
  /** Places at which the blocks begin, and the matrix's size. */
  readonly bounds: readonly number[];
  /** What of A stands on the diagonal, the rows of a block each. */
  readonly blocks: readonly (readonly Float64Array[])[];
  /** size x rank in all, a column each. */
  readonly coarse: readonly Float64Array[];
  /** rank in all x size, a row each. */
  readonly spread: readonly Float64Array[];
}

/**
 * Takes a matrix apart whose parts beside the diagonal have a low rank: the inverse of a covariance of white noise and
 * exponentials has two for each exponential there, and what a fit takes off one for each parameter. Gives nothing back
 * where the ranks are too high to gain anything, so that it never rests on where a matrix comes from.
 *
 * @param matrix its rows
 */
export function factorBlocks(matrix: readonly Float64Array[], blockLength: number): BlockFactors | undefined {
  const size = matrix.length;
  const blockCount = Math.ceil(size / blockLength);
  const bounds = Array.from({ length: blockCount + 1 }, (_, block) => Math.min(size, block * blockLength));
  const blocks: Float64Array[][] = [];
  const coarse: Float64Array[] = [];
  const spread: Float64Array[] = [];
  for (let block = 0; block < blockCount; block++) {
    const [from, to] = [bounds[block], bounds[block + 1]];
    blocks.push(matrix.slice(from, to).map((row) => row.subarray(from, to)));
    const beside = Array.from({ length: to - from }, (_, column) =>
      Float64Array.from(matrix, (row, at) => (at >= from && at < to ? 0 : row[from + column])),
    );
    const factors = factorColumns(beside);
    if (factors === undefined) return undefined;
    factors.forEach(({ basis, shares }) => {
      coarse.push(basis);
      const row = new Float64Array(size);
      row.set(shares, from);
      spread.push(row);
    });
  }
  return { bounds, blocks, coarse, spread };
}

/** An orthonormal direction and how much of it each column has. */
interface Factor {
  readonly basis: Float64Array;
  readonly shares: Float64Array;
}

/** Gram and Schmidt's, the largest remaining column first, until hardly anything remains. Changes the columns. */
function factorColumns(columns: readonly Float64Array[]): Factor[] | undefined {
  const factors: Factor[] = [];
  const enough = LEFT_OUT ** 2 * Math.max(...columns.map(squaresOf));
  for (;;) {
    const squares = columns.map(squaresOf);
    const most = Math.max(...squares);
    if (most <= enough) return factors;
    if (factors.length === MOST_RANK) return undefined;
    const scale = 1 / Math.sqrt(most);
    const basis = columns[squares.indexOf(most)].map((value) => value * scale);
    const shares = Float64Array.from(columns, (column) => {
      const share = dotProduct(basis, column);
      for (let i = 0; i < column.length; i++) column[i] -= share * basis[i];
      return share;
    });
    factors.push({ basis, shares });
  }
}

const squaresOf = (values: Float64Array): number => dotProduct(values, values);
