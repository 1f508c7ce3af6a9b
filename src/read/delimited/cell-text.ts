/** The slow, exact path for what the byte scanner does not take in its stride: quotes, exponents, missing values. */

const MISSING_WORDS: ReadonlySet<string> = new Set(['', 'nan', '-nan', 'na', 'n/a', 'null', 'none']);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export type DecimalMark = '.' | ',';

/** True for an empty cell and the words that stand for one (`NaN`, `NA`, `N/A`, `null`, `None`), in any case. */
export function isMissing(text: string): boolean {
  return MISSING_WORDS.has(text.trim().toLowerCase());
}

/**
 * The number in a cell: `NaN` where it is missing, `undefined` where it is neither missing nor a finite decimal number
 * with the given mark.
 */
export function parseNumber(text: string, decimalMark: DecimalMark): number | undefined {
  const trimmed = text.trim();
  const plain = decimalMark === '.' ? trimmed : trimmed.replace(',', '.');
  const isOtherMark = decimalMark === ',' && trimmed.includes('.');
  if (NUMBER.test(plain) && !isOtherMark) {
    const value = Number(plain);
    return Number.isFinite(value) ? value : undefined;
  }
  return isMissing(trimmed) ? Number.NaN : undefined;
}

/**
 * Splits one line (without its line end) into cells, with quotes removed and doubled quotes halved. `undefined` where
 * a quote is not closed or something follows it before the delimiter. Cells are trimmed.
 */
export function splitCells(line: string, delimiter: string): string[] | undefined {
  const cells: string[] = [];
  let position = 0;
  for (;;) {
    while (line[position] === ' ') position++;
    const isQuoted = line[position] === '"';
    let end = isQuoted ? quotedEnd(line, position) : line.indexOf(delimiter, position);
    if (isQuoted && end < 0) return undefined;
    if (end < 0) end = line.length;
    const cell = line.slice(position, end).trim();
    cells.push(isQuoted ? cell.slice(1, -1).replaceAll('""', '"').trim() : cell);
    while (line[end] === ' ') end++;
    if (end >= line.length) return cells;
    if (line[end] !== delimiter) return undefined;
    position = end + 1;
  }
}

/** The position after the quote that closes the one at `start`, or -1. */
function quotedEnd(line: string, start: number): number {
  for (let quote = line.indexOf('"', start + 1); quote >= 0; quote = line.indexOf('"', quote + 2)) {
    if (line[quote + 1] !== '"') return quote + 1;
  }
  return -1;
}
