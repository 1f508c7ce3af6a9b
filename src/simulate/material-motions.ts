import { rangeOf } from '../kinematics/orthonormal-basis.js';
import type { Random } from '../random.js';
import { MOTION_GRID } from './material-label.js';

type Bounds = readonly [number, number];

/** Families of clean motion, broad on purpose: what a motion is called is decided afterwards, by `judgeMotion`. */
export const MOTION_FAMILIES = [
  'almostNothing',
  'line',
  'power',
  'arch',
  'hinge',
  'sCurve',
  'severalHinges',
  'relaxation',
  'wander',
  'cubic',
  'powerOnLine',
  'wanderingLine',
] as const;
export type MotionFamily = (typeof MOTION_FAMILIES)[number];

/** What material motions are drawn from. Lengths in mm for a material size of 5 mm. */
export const MOTION_PARAMETERS = {
  /** Shares of `MOTION_FAMILIES`, in their order; they need not sum to 1. */
  familyWeights: [0.15, 0.16, 0.07, 0.1, 0.14, 0.05, 0.06, 0.04, 0.05, 0.04, 0.06, 0.08],
  reversedShare: 0.5,
  /** Ranges of the whole motion: with this share from the first pair, else from the second; log-uniform. */
  usualRangeShare: 0.7,
  usualRange: [5, 30] as Bounds,
  wideRange: [3, 400] as Bounds,
  lineUsualShare: 0.6,
  lineUsualRange: [3, 20] as Bounds,
  otherRange: [5, 60] as Bounds,
  almostNothingRange: 7,
  powerExponent: [1.6, 3.2] as Bounds,
  archVertex: [-0.35, 1.35] as Bounds,
  hingeAt: [0.12, 0.88] as Bounds,
  /** Width of the corner as a share of the span. */
  sharpCorner: 0.004,
  sharpCornerShare: 0.7,
  roundCorner: [0.004, 0.05] as Bounds,
  /** Velocity before the corner as a share of that after it. */
  slowBefore: [-0.2, 0.2] as Bounds,
  slowBeforeShare: 0.5,
  anyBefore: [-1.5, 1.5] as Bounds,
  stepWidth: [0.01, 0.35] as Bounds,
  relaxationTime: [0.12, 0.8] as Bounds,
  wanderOnLine: [0.05, 0.4] as Bounds,
  /** Wander below the material size, laid over everything but almost nothing. */
  nuisanceShare: 0.7,
  nuisanceRange: 4.5,
  nuisanceRangeShare: 0.15,
};

export type MotionParameters = Readonly<typeof MOTION_PARAMETERS>;

export interface MaterialMotion {
  readonly family: MotionFamily | 'borrowed';
  /** 65 displacements in mm, evenly spaced from the first to the last date. */
  readonly values: Float64Array;
}

/** Draws a clean motion with its sub-material wander; `spanYears` sets how fast the wander may be. */
export function drawMaterialMotion(
  spanYears: number,
  random: Random,
  parameters: MotionParameters = MOTION_PARAMETERS,
): MaterialMotion {
  const family = MOTION_FAMILIES[random.weighted(parameters.familyWeights)];
  const range = drawRange(family, random, parameters);
  const shape = drawShape(family, random, parameters);
  if (random.chance(parameters.reversedShare)) shape.reverse();
  const scale = random.sign() * range;
  const values = shape.map((value) => scale * value);
  if (family !== 'almostNothing' && random.chance(parameters.nuisanceShare)) {
    const greatest = Math.max(parameters.nuisanceRange, parameters.nuisanceRangeShare * rangeOf(values));
    addWander(values, spanYears, random.uniform() * greatest, random);
  }
  return { family, values };
}

function drawRange(family: MotionFamily, random: Random, parameters: MotionParameters): number {
  if (family === 'almostNothing') return random.between(0, parameters.almostNothingRange);
  if (family === 'sCurve' || family === 'severalHinges' || family === 'wander') {
    return random.logBetween(...parameters.otherRange);
  }
  const isLine = family === 'line';
  const usualShare = isLine ? parameters.lineUsualShare : parameters.usualRangeShare;
  const usualRange = isLine ? parameters.lineUsualRange : parameters.usualRange;
  return random.chance(usualShare)
    ? random.logBetween(...usualRange)
    : random.logBetween(...parameters.wideRange);
}

/** A shape of range 1 (a wandering line may exceed it). */
function drawShape(family: MotionFamily, random: Random, parameters: MotionParameters): Float64Array {
  switch (family) {
    case 'almostNothing': {
      const drift = random.normal();
      const wander = drawCosines(random);
      const share = random.uniform();
      return normalise(shapeOf((time, index) => wander[index] * share + drift * time));
    }
    case 'line':
      return shapeOf((time) => time);
    case 'power': {
      const exponent = random.between(...parameters.powerExponent);
      return shapeOf((time) => time ** exponent);
    }
    case 'arch': {
      const vertex = random.between(...parameters.archVertex);
      return normalise(shapeOf((time) => (time - vertex) ** 2));
    }
    case 'hinge':
      return normalise(drawHinge(random, parameters));
    case 'sCurve': {
      const centre = random.between(0.2, 0.8);
      const width = random.logBetween(...parameters.stepWidth);
      const drift = random.chance(0.5) ? 0 : random.between(-0.5, 1.5);
      return normalise(shapeOf((time) => Math.tanh((time - centre) / width) / 2 + drift * time));
    }
    case 'severalHinges':
      return normalise(drawSeveralHinges(random));
    case 'relaxation': {
      const decay = random.logBetween(...parameters.relaxationTime);
      return normalise(shapeOf((time) => 1 - Math.exp(-time / decay)));
    }
    case 'wander':
      return normalise(drawCosines(random));
    case 'cubic': {
      const [first, second, third] = [random.normal(), random.normal(), random.normal()];
      return normalise(
        shapeOf((time) => {
          const x = 2 * time - 1;
          return first * x + second * x * x + third * x ** 3;
        }),
      );
    }
    case 'powerOnLine': {
      const exponent = random.between(...parameters.powerExponent);
      const drift = random.between(-0.8, 0.8);
      return normalise(shapeOf((time) => time ** exponent + drift * time));
    }
    case 'wanderingLine': {
      const wander = normalise(drawCosines(random));
      const share = random.between(...parameters.wanderOnLine);
      return shapeOf((time, index) => time + share * wander[index]);
    }
  }
}

function shapeOf(valueAt: (time: number, index: number) => number): Float64Array {
  const shape = new Float64Array(MOTION_GRID);
  for (let i = 0; i < MOTION_GRID; i++) shape[i] = valueAt(i / (MOTION_GRID - 1), i);
  return shape;
}

function normalise(shape: Float64Array): Float64Array {
  const scale = 1 / Math.max(rangeOf(shape), 1e-9);
  for (let i = 0; i < shape.length; i++) shape[i] *= scale;
  return shape;
}

/** Five cosines of up to two and a half periods, the slower the larger. */
function drawCosines(random: Random): Float64Array {
  const shape = new Float64Array(MOTION_GRID);
  for (let wave = 1; wave <= 5; wave++) {
    const amplitude = random.normal() / wave ** 0.7;
    const phase = random.between(0, 2 * Math.PI);
    for (let i = 0; i < MOTION_GRID; i++) {
      shape[i] += amplitude * Math.cos((Math.PI * wave * i) / (MOTION_GRID - 1) + phase);
    }
  }
  return shape;
}

function drawHinge(random: Random, parameters: MotionParameters): Float64Array {
  const position = random.between(...parameters.hingeAt);
  const width = random.chance(parameters.sharpCornerShare)
    ? parameters.sharpCorner
    : random.between(...parameters.roundCorner);
  const before = random.chance(parameters.slowBeforeShare)
    ? random.between(...parameters.slowBefore)
    : random.between(...parameters.anyBefore);
  return shapeOf((time) => {
    const scaled = (time - position) / width;
    const after = scaled > 30 ? time - position : width * Math.log1p(Math.exp(scaled));
    return after + before * (time - after);
  });
}

function drawSeveralHinges(random: Random): Float64Array {
  const positions = Float64Array.from({ length: 4 }, () => random.between(0.1, 0.9)).sort();
  const chances = [1, 1, 0.5, 0.3];
  const changes = chances.map((chance) => random.normal() * (random.chance(chance) ? 1 : 0));
  const velocity = 0.7 * random.normal();
  return shapeOf((time) => {
    let value = velocity * time;
    for (let i = 0; i < 4; i++) value += changes[i] * Math.max(0, time - positions[i]);
    return value;
  });
}

/** Adds to 65 displacements three cosines of half a period to a period a year, scaled to a range of `range` mm. */
export function addWander(values: Float64Array, spanYears: number, range: number, random: Random): void {
  const wander = new Float64Array(MOTION_GRID);
  for (let wave = 0; wave < 3; wave++) {
    const frequency = random.between(0.8, 2 * Math.max(2, spanYears)) * Math.PI;
    const phase = random.between(0, 2 * Math.PI);
    const amplitude = random.normal() * random.between(0.3, 1);
    for (let i = 0; i < MOTION_GRID; i++) {
      wander[i] += amplitude * Math.cos((frequency * i) / (MOTION_GRID - 1) + phase);
    }
  }
  normalise(wander);
  for (let i = 0; i < MOTION_GRID; i++) values[i] += range * wander[i];
}
