/** What the order of a queue depends on. */
export interface QueueRequest {
  /** Class code by row. */
  readonly codes: Uint8Array;
  readonly classCount: number;
  /** How sure the model is of each row's class, 0 to 1. */
  readonly confidence: ArrayLike<number>;
  /** Rows on which two methods differ, where a second one has spoken. */
  readonly disputed?: (row: number) => boolean;
  /** Web Mercator, 0 to 1. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Labels that each class has already. */
  readonly labelled: readonly number[];
  /** Rows that are not to be asked again. */
  readonly done: ReadonlySet<number>;
  readonly length: number;
}

/** Of a large class so many rows, evenly spread over the file, are looked at. */
const MOST_CANDIDATES = 20_000;
/** The map is cut into so many squares each way. */
const SQUARES = 24;
const DISPUTE_WORTH = 0.5;

/**
 * Rows in the order in which labels teach most: the class with the fewest labels takes turns first; within a class the
 * doubtful and disputed come first; and no square of the map is asked again before the others have been.
 */
export function orderQueue(request: QueueRequest): number[] {
  const { classCount, labelled, length } = request;
  const squareOf = createSquares(request);
  const candidates = Array.from({ length: classCount }, (_, code) => rankClass(request, code));
  const used = new Map<number, number>();
  const counts = labelled.slice();
  const queue: number[] = [];
  while (queue.length < length) {
    let code = -1;
    for (let c = 0; c < classCount; c++) {
      if (candidates[c].length > 0 && (code < 0 || (counts[c] ?? 0) < (counts[code] ?? 0))) code = c;
    }
    if (code < 0) break;
    const row = takeFromFreshSquare(candidates[code], squareOf, used);
    used.set(squareOf(row), (used.get(squareOf(row)) ?? 0) + 1);
    counts[code] = (counts[code] ?? 0) + 1;
    queue.push(row);
  }
  return queue;
}

/** Rows of a class, the most useful first. */
function rankClass({ codes, confidence, disputed, done }: QueueRequest, code: number): number[] {
  let size = 0;
  for (const other of codes) if (other === code) size++;
  const step = Math.max(1, Math.floor(size / MOST_CANDIDATES));
  const rows: number[] = [];
  let seen = 0;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] !== code || done.has(row)) continue;
    if (seen++ % step === 0) rows.push(row);
  }
  const worth = new Map(
    rows.map((row) => [row, 1 - (confidence[row] || 0) + (disputed?.(row) ? DISPUTE_WORTH : 0)]),
  );
  return rows.sort((a, b) => worth.get(b)! - worth.get(a)! || a - b);
}

/** Looks a little way down the list for a square that has been asked least. */
function takeFromFreshSquare(
  rows: number[],
  squareOf: (row: number) => number,
  used: ReadonlyMap<number, number>,
): number {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < rows.length && i < 60; i++) {
    const times = used.get(squareOf(rows[i])) ?? 0;
    if (times < least) {
      least = times;
      best = i;
    }
    if (times === 0) break;
  }
  return rows.splice(best, 1)[0];
}

function createSquares({ x, y }: QueueRequest): (row: number) => number {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let row = 0; row < x.length; row++) {
    if (x[row] < left) left = x[row];
    if (x[row] > right) right = x[row];
    if (y[row] < top) top = y[row];
    if (y[row] > bottom) bottom = y[row];
  }
  const part = (value: number, low: number, high: number) =>
    high > low ? Math.min(SQUARES - 1, Math.floor((SQUARES * (value - low)) / (high - low))) : 0;
  return (row) => part(x[row], left, right) * SQUARES + part(y[row], top, bottom);
}
