import { dotProduct } from '../kinematics/linear-algebra.js';
import { orthonormalRows, rangeOf, removeProjection } from '../kinematics/orthonormal-basis.js';
import { TREND_CLASSES, type TrendClass } from '../series/trend-class.js';

/** The five trends, and `Other` for a material motion that none of them describes honestly. */
export type SampleLabel = TrendClass | 'Other';
/** In the order of their codes, 0 to 5. */
export const SAMPLE_LABELS: readonly SampleLabel[] = [...TREND_CLASSES, 'Other'];
export const OTHER_CODE = 5;

/** The size in mm to which the lengths in `MATERIAL_RULE` belong. */
export const DEFAULT_MATERIAL_MM = 5;

/** What is material: lengths in mm for a material size of 5 mm, and shares of the whole range of the motion. */
export interface MaterialRule {
  /** The motion is Stable while its whole range stays within this. */
  readonly stableRange: number;
  /** It is bent where the sag of a parabola or hinge exceeds this and `sagShare` of the range. */
  readonly sag: number;
  readonly sagShare: number;
  /** A bent motion is Bilinear where the hinge leaves less than this share of what the parabola leaves ... */
  readonly sharpHingeRatio: number;
  /**
   * ... or where it leaves less than `restingHingeRatio` and one side almost rests: the smaller velocity, as a share of
   * the greater and negative where it points the other way, lies between these two.
   */
  readonly restingHingeRatio: number;
  readonly restingVelocityRatio: readonly [number, number];
  /** It is Other where the better of the two leaves a range of more than this and `leftShare` of the range. */
  readonly left: number;
  readonly leftShare: number;
}

/** Tuned on real series that were labelled by eye. */
export const MATERIAL_RULE: MaterialRule = Object.freeze<MaterialRule>({
  stableRange: 5.5,
  sag: 3.1,
  sagShare: 0.2,
  sharpHingeRatio: 0.55,
  restingHingeRatio: 1.6,
  restingVelocityRatio: [-0.2, 0.36],
  left: 6.7,
  leftShare: 0.31,
});

/** Points of normalised time, first to last date, on which motions are drawn and judged. */
export const MOTION_GRID = 65;
const HINGES = 41;
const FIRST_HINGE = 0.1;
const LAST_HINGE = 0.9;

/** What the rule needs to know of a clean motion; lengths in mm. */
export interface MotionMeasures {
  readonly range: number;
  /** The greater sag: of the best parabola or of the best hinge, each against the best line. */
  readonly sag: number;
  /** Ranges of what the best line, parabola and hinge leave. */
  readonly besideLine: number;
  readonly besideParabola: number;
  readonly besideHinge: number;
  /** Root mean square of what the hinge leaves over that of the parabola. */
  readonly hingeRatio: number;
  /** Smaller velocity of the hinge over the greater; negative where they differ in sign. */
  readonly velocityRatio: number;
  /** Where the best hinge stands, as a share of the span. */
  readonly hingeAt: number;
}

export type MotionLabel = Exclude<SampleLabel, 'PUE'>;

const normalisedTime = Float64Array.from({ length: MOTION_GRID }, (_, index) => index / (MOTION_GRID - 1));
const ones = new Float64Array(MOTION_GRID).fill(1);
const lineBasis = orthonormalRows([ones, normalisedTime]);
const parabolaRow = orthonormalRows([
  ones,
  normalisedTime,
  normalisedTime.map((time) => time * time),
]).subarray(2 * MOTION_GRID);
const hingePositions = Float64Array.from(
  { length: HINGES },
  (_, index) => FIRST_HINGE + ((LAST_HINGE - FIRST_HINGE) * index) / (HINGES - 1),
);
const hingeRows = new Float64Array(HINGES * MOTION_GRID);
/** Lengths of the hinges beside lines. */
const hingeNorms = new Float64Array(HINGES);
hingePositions.forEach((position, index) => {
  const hinge = normalisedTime.map((time) => Math.max(0, time - position));
  const row = orthonormalRows([ones, normalisedTime, hinge]).subarray(2 * MOTION_GRID);
  hingeRows.set(row, index * MOTION_GRID);
  hingeNorms[index] = dotProduct(row, hinge);
});

/**
 * Labels a clean motion (no noise, season or jumps) by what is material in it. Divided by `materialMm`, any motion is the
 * same problem.
 */
export function judgeMotion(
  measures: MotionMeasures,
  materialMm: number = DEFAULT_MATERIAL_MM,
  rule: MaterialRule = MATERIAL_RULE,
): MotionLabel {
  const unit = materialMm / DEFAULT_MATERIAL_MM;
  const { range, sag } = measures;
  if (range <= rule.stableRange * unit) return 'Stable';
  const isBent = sag > Math.max(rule.sag * unit, rule.sagShare * range);
  const left = isBent ? Math.min(measures.besideParabola, measures.besideHinge) : measures.besideLine;
  if (left > Math.max(rule.left * unit, rule.leftShare * range)) return 'Other';
  if (!isBent) return 'Linear';
  const hasCorner = measures.hingeRatio < rule.sharpHingeRatio;
  const [slowestBack, fastestOn] = rule.restingVelocityRatio;
  const hasRestingSide =
    measures.hingeRatio < rule.restingHingeRatio &&
    measures.velocityRatio > slowestBack &&
    measures.velocityRatio < fastestOn;
  return hasCorner || hasRestingSide ? 'Bilinear' : 'Quadratic';
}

/** The rule, and the rule moved to either side. */
const RULES_WITH_MARGIN: readonly MaterialRule[] = [
  MATERIAL_RULE,
  {
    ...MATERIAL_RULE,
    stableRange: 0.9 * MATERIAL_RULE.stableRange,
    sag: 1.3 * MATERIAL_RULE.sag,
    sagShare: 1.3 * MATERIAL_RULE.sagShare,
  },
  {
    ...MATERIAL_RULE,
    stableRange: 1.4 * MATERIAL_RULE.stableRange,
    sag: 0.7 * MATERIAL_RULE.sag,
    sagShare: 0.7 * MATERIAL_RULE.sagShare,
  },
];

/** True where a motion would still have this label if the rule were somewhat stricter or laxer. */
export function isClearly(label: MotionLabel, measures: MotionMeasures): boolean {
  return RULES_WITH_MARGIN.every((rule) => judgeMotion(measures, undefined, rule) === label);
}

/** Measures a clean motion of 65 displacements in mm, evenly spaced from the first to the last date. */
export function measureMotion(motion: ArrayLike<number>): MotionMeasures {
  const besideLine = removeProjection(motion, lineBasis, new Float64Array(MOTION_GRID));
  const besideParabola = removeProjection(besideLine, parabolaRow, new Float64Array(MOTION_GRID));
  let best = 0;
  let bestScore = 0;
  // The residual is at right angles to lines, so its product with a hinge max(0, time - p) is the same before and after
  // the line is taken out of the hinge: sums from the end give all of them at once.
  let valueSum = 0;
  let momentSum = 0;
  let next = MOTION_GRID - 1;
  for (let hinge = HINGES - 1; hinge >= 0; hinge--) {
    const position = hingePositions[hinge];
    for (; next >= 0 && normalisedTime[next] > position; next--) {
      valueSum += besideLine[next];
      momentSum += normalisedTime[next] * besideLine[next];
    }
    const score = (momentSum - position * valueSum) / hingeNorms[hinge];
    if (Math.abs(score) >= Math.abs(bestScore)) {
      best = hinge;
      bestScore = score;
    }
  }
  const besideHinge = new Float64Array(MOTION_GRID);
  const hingePart = new Float64Array(MOTION_GRID);
  const parabolaPart = new Float64Array(MOTION_GRID);
  for (let i = 0; i < MOTION_GRID; i++) {
    hingePart[i] = bestScore * hingeRows[best * MOTION_GRID + i];
    besideHinge[i] = besideLine[i] - hingePart[i];
    parabolaPart[i] = besideLine[i] - besideParabola[i];
  }
  const parabolaSquares = Math.max(dotProduct(besideParabola, besideParabola), 1e-18);
  return {
    range: rangeOf(motion),
    sag: Math.max(rangeOf(parabolaPart), rangeOf(hingePart)),
    besideLine: rangeOf(besideLine),
    besideParabola: rangeOf(besideParabola),
    besideHinge: rangeOf(besideHinge),
    hingeRatio: Math.sqrt(dotProduct(besideHinge, besideHinge) / parabolaSquares),
    velocityRatio: velocityRatio(motion, besideHinge),
    hingeAt: hingePositions[best],
  };
}

/** Velocities of a fitted hinge, from its first and its last step. */
function velocityRatio(motion: ArrayLike<number>, besideHinge: Float64Array): number {
  const fittedStep = (from: number): number =>
    motion[from + 1] - besideHinge[from + 1] - motion[from] + besideHinge[from];
  const before = fittedStep(0);
  const after = fittedStep(MOTION_GRID - 2);
  const greater = Math.max(Math.abs(before), Math.abs(after)) + 1e-9;
  return (Math.min(Math.abs(before), Math.abs(after)) / greater) * Math.sign(before * after);
}

export function labelCode(label: SampleLabel): number {
  return SAMPLE_LABELS.indexOf(label);
}

/** The motion at a normalised time of 0 to 1, between the points of the grid by straight lines. */
export function motionAt(motion: ArrayLike<number>, time: number): number {
  const place = Math.min(1, Math.max(0, time)) * (MOTION_GRID - 1);
  const index = Math.min(MOTION_GRID - 2, Math.floor(place));
  const share = place - index;
  return motion[index] * (1 - share) + motion[index + 1] * share;
}
