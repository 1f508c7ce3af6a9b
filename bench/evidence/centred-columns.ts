/** Values less their mean. */
export function centred(values: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  return Float64Array.from({ length: values.length }, (_, i) => values[i] - mean);
}
