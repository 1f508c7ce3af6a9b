/** Slope of the least-squares line through a series, units a unit of `times`; missing values are left out. */
export function fitSlope(times: ArrayLike<number>, values: ArrayLike<number>): number {
  let [count, timeSum, valueSum] = [0, 0, 0];
  for (let i = 0; i < times.length; i++) {
    if (Number.isNaN(values[i])) continue;
    count++;
    timeSum += times[i];
    valueSum += values[i];
  }
  const middle = timeSum / count;
  const mean = valueSum / count;
  let [product, square] = [0, 0];
  for (let i = 0; i < times.length; i++) {
    if (Number.isNaN(values[i])) continue;
    product += (times[i] - middle) * (values[i] - mean);
    square += (times[i] - middle) ** 2;
  }
  return product / square;
}
