import { type DisplacementUnit, MM_PER_UNIT } from '../read-options.js';

/** Below, steps from date to date are smaller than radar can measure; no published series is this quiet. */
const SMALLEST_LIKELY_STEP_MM = 0.1;

/**
 * Above, no interferogram could have been unwrapped: a quarter of the wavelength (14 mm for Sentinel-1) is the most
 * that neighbouring dates may differ by, and this is the median.
 */
const LARGEST_LIKELY_STEP_MM = 12;

/**
 * The median size of the step from one epoch to the next over some series in the file's unit (row-major, `NaN` =
 * missing); `undefined` where no two neighbouring values are there.
 */
export function medianStep(series: ArrayLike<number>, epochs: number): number | undefined {
  const steps = new Float64Array(series.length);
  let count = 0;
  for (let i = 1; i < series.length; i++) {
    const step = Math.abs(series[i] - series[i - 1]);
    if (i % epochs !== 0 && !Number.isNaN(step)) steps[count++] = step;
  }
  return count === 0 ? undefined : steps.subarray(0, count).sort()[count >> 1];
}

/** A warning where the series would be unlikely quiet or loud in the unit they are read in. */
export function doubtUnits(step: number | undefined, unit: DisplacementUnit): string | undefined {
  if (step === undefined || step === 0) return undefined;
  const stepMm = step * MM_PER_UNIT[unit];
  if (isLikely(stepMm)) return undefined;
  const size = stepMm < SMALLEST_LIKELY_STEP_MM ? 'little' : 'much';
  const likely = (Object.keys(MM_PER_UNIT) as DisplacementUnit[]).filter((other) =>
    isLikely(step * MM_PER_UNIT[other]),
  );
  const question =
    likely.length === 1
      ? `is the unit ${likely[0]} (--units ${likely[0]})?`
      : 'is the unit another (--units)?';
  return (
    `The displacements were read as ${unit}, but then they typically change by ${Number(stepMm.toPrecision(2))} mm ` +
    `from date to date, which is very ${size}: ${question}`
  );
}

function isLikely(stepMm: number): boolean {
  return stepMm >= SMALLEST_LIKELY_STEP_MM && stepMm <= LARGEST_LIKELY_STEP_MM;
}
