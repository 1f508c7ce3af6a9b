import { createRandom, type Random } from '../random.js';
import { type EpochAxis, spanYears } from '../series/epoch-axis.js';
import { TREND_CLASSES, type TrendClass } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { isClearly, MOTION_GRID, measureMotion } from '../simulate/material-label.js';
import {
  drawTextbookMotion,
  motionDisplacement,
  TEXTBOOK_RANGES,
  type TextbookMotion,
} from '../simulate/motions.js';
import { createNoncentralityMeter, IDENTIFIABLE_NONCENTRALITY, RIVALS } from '../simulate/noncentrality.js';

/**
 * A white-noise textbook set that can be integrated: motions of the textbook simulator that are clearly material and
 * stand out of the noise, noise of one known sigma, no season, an unknown offset; PUE is such a motion with one lasting
 * step of a whole cycle, at any date but the outer three.
 */
export interface EvidenceModel {
  draw(trend: TrendClass, random: Random): Float64Array;
  /** Logarithm of how likely each class makes a series, up to a constant, in the order of `TREND_CLASSES`. */
  logEvidence(series: ArrayLike<number>): number[];
}

type BaseTrend = TextbookMotion['trend'];
const BASES: readonly BaseTrend[] = ['Stable', 'Linear', 'Quadratic', 'Bilinear'];
const BASE_WEIGHTS = [0.5, 0.3, 0.1, 0.1];
const OUTER_DATES = 3;
/** Draws by which acceptance and the inner integrals are estimated. */
const ACCEPTANCE_DRAWS = 20_000;
const INNER_DRAWS = 24;
/** Selection changes slowly with the coefficients: fewer draws tell what share of them would have been kept. */
const WANTED_DRAWS = 3;
const BREAKS = 41;
const FINE_BREAKS = 13;
/** What is less likely than the best by this much (in logarithms) is left out of a sum. */
const NEGLIGIBLE = 9;
const NOTHING = Number.NEGATIVE_INFINITY;

/** A part of a class: a signal linear in `columns`, with the density of their coefficients before selection. */
interface Component {
  readonly columns: readonly Float64Array[];
  readonly logWeight: number;
  density(coefficients: readonly number[]): number;
  motion(coefficients: readonly number[]): TextbookMotion;
}

export function createEvidenceModel(axis: EpochAxis, sigmaMm: number): EvidenceModel {
  const span = spanYears(axis);
  const { years } = axis;
  const meter = createNoncentralityMeter(axis, { sigmaMm });
  const cleanOf = (motion: TextbookMotion) => years.map((year) => motionDisplacement(motion, year));
  const isMaterial = (motion: TextbookMotion) => {
    const grid = Float64Array.from({ length: MOTION_GRID }, (_, i) =>
      motionDisplacement(motion, (span * i) / (MOTION_GRID - 1)),
    );
    return isClearly(motion.trend, measureMotion(grid));
  };
  const standsOut = (motion: TextbookMotion) =>
    meter.least(cleanOf(motion), RIVALS[motion.trend]) >= IDENTIFIABLE_NONCENTRALITY;
  const isDrawn = (motion: TextbookMotion) => isMaterial(motion) && standsOut(motion);
  const components = createComponents(axis);
  const inner = createRandom('inner integrals');
  const normals = Float64Array.from({ length: 2 * INNER_DRAWS }, () => inner.normal());
  const acceptance = (isWanted: (motion: TextbookMotion) => boolean) =>
    BASES.map((trend) => {
      const random = createRandom(`acceptance ${trend}`);
      const draws = trend === 'Stable' ? 200 : ACCEPTANCE_DRAWS / 10;
      let accepted = 0;
      for (let i = 0; i < draws; i++) if (isWanted(drawTextbookMotion(trend, span, random))) accepted++;
      return Math.log(accepted / draws);
    });
  const [logDrawn, logMaterial] = [acceptance(isDrawn), acceptance(isMaterial)];

  function logBase(
    series: Float64Array,
    base: number,
    isWanted: (motion: TextbookMotion) => boolean,
  ): number {
    const parts = components(base, series, sigmaMm);
    const rough = parts.map((part) => ({ part, fit: fitComponent(part, series, sigmaMm) }));
    const best = Math.max(...rough.map(({ fit }) => fit.logPeak));
    return logSum(
      rough
        .filter(({ fit }) => fit.logPeak > best - NEGLIGIBLE)
        .map(({ part, fit }) => integrate(part, fit, normals, isWanted)),
    );
  }

  return {
    draw(trend, random) {
      const drawBase = (base: BaseTrend, isWanted: (motion: TextbookMotion) => boolean) => {
        for (;;) {
          const motion = drawTextbookMotion(base, span, random);
          if (isWanted(motion)) return cleanOf(motion);
        }
      };
      const clean =
        trend === 'PUE'
          ? drawBase(BASES[random.weighted(BASE_WEIGHTS)], isMaterial)
          : drawBase(trend as BaseTrend, isDrawn);
      if (trend === 'PUE') {
        const at = OUTER_DATES + random.integer(years.length - 2 * OUTER_DATES);
        const step = random.sign() * cycleMm();
        for (let i = at; i < clean.length; i++) clean[i] += step;
      }
      return clean.map((value) => value + sigmaMm * random.normal());
    },
    logEvidence(series) {
      const values = Float64Array.from(series);
      const plain = BASES.map((_, base) => logBase(values, base, isDrawn) - logDrawn[base]);
      const steps = likelySteps(values, axis, sigmaMm).map(({ at, step }) => {
        const without = values.map((value, i) => (i >= at ? value - step : value));
        return logSum(
          BASES.map(
            (_, base) =>
              Math.log(BASE_WEIGHTS[base]) + logBase(without, base, isMaterial) - logMaterial[base],
          ),
        );
      });
      return [...plain, logSum(steps) - Math.log(2 * (years.length - 2 * OUTER_DATES))];
    },
  };
}

/** The class that makes a series most likely, all classes being as common. */
export function mostLikelyClass(logEvidence: readonly number[]): number {
  return logEvidence.indexOf(Math.max(...logEvidence.slice(0, TREND_CLASSES.length)));
}

/** The parts of a class that a series calls for: one, or one for every likely break and kind of two lines. */
function createComponents(axis: EpochAxis) {
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

interface ComponentFit {
  readonly logPeak: number;
  readonly centre: readonly number[];
  /** Lower triangle of the square root of the coefficients' covariance, row by row. */
  readonly root: readonly number[];
  readonly logVolume: number;
}

/** Least squares of a centred series on one or two centred columns. */
function fitComponent(
  { columns, logWeight }: Component,
  series: ArrayLike<number>,
  sigmaMm: number,
): ComponentFit {
  const y = centred(series);
  const total = dot(y, y);
  const variance = sigmaMm * sigmaMm;
  const [p, q] = columns;
  const pp = dot(p, p);
  const py = dot(p, y);
  if (q === undefined) {
    const deviation = sigmaMm / Math.sqrt(pp);
    return {
      logPeak: logWeight - (total - (py * py) / pp) / (2 * variance),
      centre: [py / pp],
      root: [deviation],
      logVolume: 0.5 * Math.log(2 * Math.PI) + Math.log(deviation),
    };
  }
  const [pq, qq, qy] = [dot(p, q), dot(q, q), dot(q, y)];
  const determinant = pp * qq - pq * pq;
  const centre = [(qq * py - pq * qy) / determinant, (pp * qy - pq * py) / determinant];
  const [c11, c12, c22] = [
    (variance * qq) / determinant,
    (-variance * pq) / determinant,
    (variance * pp) / determinant,
  ];
  const r11 = Math.sqrt(c11);
  const r21 = c12 / r11;
  return {
    logPeak: logWeight - (total - centre[0] * py - centre[1] * qy) / (2 * variance),
    centre,
    root: [r11, r21, Math.sqrt(Math.max(c22 - r21 * r21, 1e-30))],
    logVolume: Math.log(2 * Math.PI) + Math.log(variance) - 0.5 * Math.log(determinant),
  };
}

/** Integral over the coefficients: the likelihood is normal in them, so the density is averaged over that normal. */
function integrate(
  part: Component,
  { logPeak, centre, root, logVolume }: ComponentFit,
  normals: Float64Array,
  isWanted: (motion: TextbookMotion) => boolean,
): number {
  const at = (draw: number) => {
    const [z, w] = [normals[2 * draw], normals[2 * draw + 1]];
    return centre.length === 1
      ? [centre[0] + root[0] * z]
      : [centre[0] + root[0] * z, centre[1] + root[1] * z + root[2] * w];
  };
  let density = 0;
  for (let draw = 0; draw < INNER_DRAWS; draw++) density += part.density(at(draw)) / INNER_DRAWS;
  if (density === 0) return NOTHING;
  let wanted = 0;
  for (let draw = 0; draw < WANTED_DRAWS; draw++) if (isWanted(part.motion(at(draw)))) wanted++;
  return wanted === 0 ? NOTHING : logPeak + logVolume + Math.log((density * wanted) / WANTED_DRAWS);
}

/** Steps of one cycle that may be in a series: those after whose removal a parabola or two lines leave least. */
function likelySteps(series: Float64Array, axis: EpochAxis, sigmaMm: number): { at: number; step: number }[] {
  const { years } = axis;
  const span = spanYears(axis);
  const time = centred(years);
  const bends = [centred(years.map((year) => year * year))];
  for (let k = 1; k < 12; k++) bends.push(centred(years.map((year) => Math.max(0, year - (span * k) / 12))));
  const candidates: { at: number; step: number; left: number }[] = [];
  for (let at = OUTER_DATES; at < series.length - OUTER_DATES; at++) {
    for (const step of [cycleMm(), -cycleMm()]) {
      const y = centred(series.map((value, i) => (i >= at ? value - step : value)));
      const left = Math.min(...bends.map((bend) => leftBeside(y, time, bend)));
      candidates.push({ at, step, left });
    }
  }
  const least = Math.min(...candidates.map(({ left }) => left));
  return candidates.filter(({ left }) => (left - least) / (2 * sigmaMm * sigmaMm) < NEGLIGIBLE);
}

function leftBeside(y: Float64Array, p: Float64Array, q: Float64Array): number {
  const [pp, pq, qq, py, qy] = [dot(p, p), dot(p, q), dot(q, q), dot(p, y), dot(q, y)];
  const determinant = pp * qq - pq * pq;
  return dot(y, y) - (qq * py * py - 2 * pq * py * qy + pp * qy * qy) / determinant;
}

function logUniform(value: number, [low, high]: readonly [number, number]): number {
  const size = Math.abs(value);
  return size < low || size > high ? 0 : 1 / (2 * size * Math.log(high / low));
}

function normal(value: number, deviation: number): number {
  return Math.exp(-0.5 * (value / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
}

function centred(values: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  return Float64Array.from({ length: values.length }, (_, i) => values[i] - mean);
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += left[i] * right[i];
  return sum;
}

function logSum(values: readonly number[]): number {
  const highest = Math.max(...values);
  if (highest === NOTHING) return NOTHING;
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}
