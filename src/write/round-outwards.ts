const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** The nearest single-precision number on the given side of a finite value, or the value itself where it is one. */
export function roundOutwards(value: number, direction: -1 | 1): number {
  single[0] = value;
  const isInside = direction < 0 ? single[0] > value : single[0] < value;
  if (!isInside) return single[0];
  if (single[0] === 0) bits[0] = direction < 0 ? -0x7fffffff : 1;
  // Neighbours of one sign differ by one in their bits, growing away from zero.
  else bits[0] += single[0] > 0 === direction > 0 ? 1 : -1;
  return single[0];
}
