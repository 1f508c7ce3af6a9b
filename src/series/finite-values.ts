/**
 * Whether all values from `start` up to but not with `end` are finite: a sum is, exactly where every term is. Four sums
 * at once, since one alone waits for each of its additions.
 */
export function areFinite(values: Float32Array, start: number, end: number): boolean {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let i = start;
  for (; i + 3 < end; i += 4) {
    first += values[i];
    second += values[i + 1];
    third += values[i + 2];
    fourth += values[i + 3];
  }
  for (; i < end; i++) first += values[i];
  return Number.isFinite(first + second + (third + fourth));
}
