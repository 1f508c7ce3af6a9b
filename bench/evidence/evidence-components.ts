import { type EpochAxis, spanYears } from '../../src/series/epoch-axis.js';
import { TEXTBOOK_RANGES, type TextbookMotion } from '../../src/simulate/motions.js';
import { centred } from './centred-columns.js';
import { type Component, fitComponent } from './evidence-integral.js';

export type BaseTrend = TextbookMotion['trend'];
const BREAKS = 41;
const FINE_BREAKS = 13;

/** The parts of a class that a series calls for: one, or one for every likely break and kind of two lines. */
export function createComponents(axis: EpochAxis) {
  const span = spanYears(axis);
  const { years } = axis;
  const time = centred(years);
  const square = centred(years.map((year) => 0.5 * year * year));
  const hingeAt = (at: number) => years.map((year) => Math.max(0, year - at));
  const motionOf = (
    trend: BaseTrend,
    velocity: number,
    acceleration = 0,
    breakYears = Number.NaN,
    change = 0,
  ) => ({
    trend,
    velocityMmPerYear: velocity,
    accelerationMmPerYear2: acceleration,
    breakYears,
    velocityChangeMmPerYear: change,
  });
  const { stableVelocity, linearVelocity, acceleration: accelerations } = TEXTBOOK_RANGES;
  const stable: Component = {
    columns: [time],
    logWeight: 0,
    density: ([v]) => (Math.abs(v) <= stableVelocity ? 1 / (2 * stableVelocity) : 0),
    motion: ([v]) => motionOf('Stable', v),
  };
  const linear: Component = {
    columns: [time],
    logWeight: 0,
    density: ([v]) => logUniform(v, linearVelocity),
    motion: ([v]) => motionOf('Linear', v),
  };
  const quadratic: Component = {
    columns: [time, square],
    logWeight: 0,
    density([v, a]) {
      const reversed = TEXTBOOK_RANGES.quadraticReversedShare;
      return (
        logUniform(a, accelerations) *
        ((1 - reversed) * startDensity(v, a, span) + reversed * startDensity(-v - a * span, a, span))
      );
    },
    motion: ([v, a]) => motionOf('Quadratic', v, a),
  };

  function bilinear(at: number, width: number): Component[] {
    const hinge = centred(hingeAt(at));
    const stopping = hinge.map((value, i) => value - time[i]);
    const { velocityChange, bilinearAtRestShare, bilinearStopShare, bilinearVelocityDeviation } =
      TEXTBOOK_RANGES;
    const [first, last] = TEXTBOOK_RANGES.breakAt;
    const logWidth = Math.log(width / ((last - first) * span));
    return [
      {
        columns: [hinge],
        logWeight: logWidth + Math.log(bilinearAtRestShare),
        density: ([change]) => logUniform(change, velocityChange),
        motion: ([change]) => motionOf('Bilinear', 0, 0, at, change),
      },
      {
        columns: [stopping],
        logWeight: logWidth + Math.log(bilinearStopShare),
        density: ([change]) => logUniform(change, velocityChange),
        motion: ([change]) => motionOf('Bilinear', -change, 0, at, change),
      },
      {
        columns: [time, hinge],
        logWeight: logWidth + Math.log(1 - bilinearAtRestShare - bilinearStopShare),
        density: ([v, change]) => normal(v, bilinearVelocityDeviation) * logUniform(change, velocityChange),
        motion: ([v, change]) => motionOf('Bilinear', v, 0, at, change),
      },
    ];
  }

  const [first, last] = TEXTBOOK_RANGES.breakAt;
  const width = ((last - first) * span) / BREAKS;
  const breaks = Array.from({ length: BREAKS }, (_, k) => first * span + (k + 0.5) * width);
  const coarse = breaks.map((at) => bilinear(at, width));

  return (base: number, series: Float64Array, sigmaMm: number): readonly Component[] => {
    if (base < 3) return [[stable], [linear], [quadratic]][base];
    // A sharp break is narrower than the grid: the cells around the best are taken apart.
    const peaks = coarse.map((parts) =>
      Math.max(...parts.map((part) => fitComponent(part, series, sigmaMm).logPeak)),
    );
    const best = peaks.indexOf(Math.max(...peaks));
    return coarse.flatMap((parts, k) => {
      if (Math.abs(k - best) > 2) return parts;
      const fine = width / FINE_BREAKS;
      return Array.from({ length: FINE_BREAKS }, (_, j) =>
        bilinear(breaks[k] - width / 2 + (j + 0.5) * fine, fine),
      ).flat();
    });
  };
}

/** Velocity at the first date of a parabola before reversal: half of a normal, or all of it. */
function startDensity(v: number, a: number, span: number): number {
  if (Math.abs(v * span) + Math.abs(0.5 * a * span * span) > TEXTBOOK_RANGES.quadraticTotalMm) return 0;
  const monotone = TEXTBOOK_RANGES.quadraticMonotoneShare;
  return (
    normal(v, TEXTBOOK_RANGES.quadraticVelocityDeviation) * (1 - monotone + (v * a > 0 ? 2 * monotone : 0))
  );
}

function logUniform(value: number, [low, high]: readonly [number, number]): number {
  const size = Math.abs(value);
  return size < low || size > high ? 0 : 1 / (2 * size * Math.log(high / low));
}

function normal(value: number, deviation: number): number {
  return Math.exp(-0.5 * (value / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
}
