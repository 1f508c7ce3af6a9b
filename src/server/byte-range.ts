/** A part of a file, both ends included, or why there is none. */
export type RangeRequest = { readonly start: number; readonly end: number } | 'whole' | 'unsatisfiable';

/**
 * Reads a `Range` header (RFC 9110, section 14) for a file of `size` bytes. Several ranges, other units and what is
 * malformed are answered with the whole file, as the standard allows.
 */
export function parseRange(header: string | undefined, size: number): RangeRequest {
  const match = header === undefined ? null : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  if (match === null) return 'whole';
  const [, first, last] = match;
  if (first === '') {
    if (last === '') return 'whole';
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return 'whole';
  return start >= size ? 'unsatisfiable' : { start, end };
}
