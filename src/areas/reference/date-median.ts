/** Values are counted in bins of this width, mm; half of it is the most that a median can be wrong by. */
const BIN_MM = 0.05;
/** Values further out count as this, mm: they are few and a median does not care how far they are. */
const FARTHEST_MM = 200;
const BINS = Math.round((2 * FARTHEST_MM) / BIN_MM) + 1;

/** Medians over any number of series, date by date, in constant memory (32 kB a date). */
export interface DateMedian {
  add(date: number, value: number): void;
  /** Medians, mm; `NaN` where a date has no value. */
  finish(): Float32Array;
}

export function createDateMedian(dateCount: number): DateMedian {
  const counts = new Uint32Array(dateCount * BINS);
  const totals = new Float64Array(dateCount);
  return {
    add(date, value) {
      const bounded = Math.min(FARTHEST_MM, Math.max(-FARTHEST_MM, value));
      counts[date * BINS + Math.round((bounded + FARTHEST_MM) / BIN_MM)]++;
      totals[date]++;
    },
    finish: () =>
      Float32Array.from(totals, (total, date) => {
        if (total === 0) return Number.NaN;
        let below = 0;
        let bin = -1;
        while (below < total / 2) below += counts[date * BINS + ++bin];
        if (below > total / 2) return bin * BIN_MM - FARTHEST_MM;
        // An even number with half of it here: the middle of the two values in the middle.
        let next = bin + 1;
        while (counts[date * BINS + next] === 0) next++;
        return ((bin + next) / 2) * BIN_MM - FARTHEST_MM;
      }),
  };
}
