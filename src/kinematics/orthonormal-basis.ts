/** A row that keeps less than this share of its length beside the earlier ones counts as dependent on them. */
const DEPENDENT = 1e-9;

/**
 * Orthonormal rows that span the same as the given ones, in their order (Gram and Schmidt, twice over for the sake of
 * rounding). Row-major, rows x length; a row that depends on earlier ones becomes zero.
 */
export function orthonormalRows(rows: readonly ArrayLike<number>[]): Float64Array {
  const length = rows[0]?.length ?? 0;
  const basis = new Float64Array(rows.length * length);
  rows.forEach((row, index) => {
    const target = basis.subarray(index * length, (index + 1) * length);
    target.set(row);
    const before = Math.hypot(...target);
    for (let pass = 0; pass < 2; pass++) {
      for (let earlier = 0; earlier < index; earlier++) {
        const line = basis.subarray(earlier * length, (earlier + 1) * length);
        let share = 0;
        for (let i = 0; i < length; i++) share += line[i] * target[i];
        for (let i = 0; i < length; i++) target[i] -= share * line[i];
      }
    }
    const after = Math.hypot(...target);
    const scale = after > DEPENDENT * before ? 1 / after : 0;
    for (let i = 0; i < length; i++) target[i] *= scale;
  });
  return basis;
}
