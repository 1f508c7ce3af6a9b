/** Numbers that programs write where they have none. */
const FILLERS: readonly number[] = [999, 9999, 99999, 999999, 32767, 32768];
/** Once may be chance. */
const FEWEST = 2;

/**
 * A warning where one of the numbers that usually stand for "no value" is among displacements (in the file's unit) more
 * than once: they are read as what they say.
 */
export function doubtFillers(series: ArrayLike<number>): string | undefined {
  const counts = new Map<number, number>();
  for (let i = 0; i < series.length; i++) {
    if (!FILLERS.includes(Math.abs(series[i]))) continue;
    counts.set(series[i], (counts.get(series[i]) ?? 0) + 1);
  }
  const [found] = [...counts].filter(([, count]) => count >= FEWEST).sort((a, b) => b[1] - a[1]);
  if (found === undefined) return undefined;
  return (
    `The displacement ${found[0]} stands ${found[1]} times in the first rows and was read as such: ` +
    'where it means that there is none, leave those cells empty.'
  );
}
