/** A longer array that begins with the same values; zeros follow. */
export function enlarge<Values extends Float64Array | Float32Array | Int32Array | Int8Array>(
  values: Values,
  length: number,
): Values {
  const larger = new (values.constructor as new (length: number) => Values)(length);
  larger.set(values);
  return larger;
}
