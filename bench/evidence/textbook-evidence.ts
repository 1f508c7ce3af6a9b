import { dotProduct } from '../../src/kinematics/linear-algebra.js';
import { createRandom, type Random } from '../../src/random.js';
import { type EpochAxis, spanYears } from '../../src/series/epoch-axis.js';
import { TREND_CLASSES, type TrendClass } from '../../src/series/trend-class.js';
import { cycleMm } from '../../src/series/wavelength.js';
import { isClearly, MOTION_GRID, measureMotion } from '../../src/simulate/material-label.js';
import { drawTextbookMotion, motionDisplacement, type TextbookMotion } from '../../src/simulate/motions.js';
import {
  createNoncentralityMeter,
  IDENTIFIABLE_NONCENTRALITY,
  RIVALS,
} from '../../src/simulate/noncentrality.js';
import { centred } from './centred-columns.js';
import { type BaseTrend, createComponents } from './evidence-components.js';
import { fitComponent, INNER_DRAWS, integrate, logSum } from './evidence-integral.js';

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

const BASES: readonly BaseTrend[] = ['Stable', 'Linear', 'Quadratic', 'Bilinear'];
const BASE_WEIGHTS = [0.5, 0.3, 0.1, 0.1];
const OUTER_DATES = 3;
/** Draws by which acceptance is estimated. */
const ACCEPTANCE_DRAWS = 20_000;
/** What is less likely than the best by this much (in logarithms) is left out of a sum. */
const NEGLIGIBLE = 9;

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
  const [pp, pq, qq, py, qy] = [
    dotProduct(p, p),
    dotProduct(p, q),
    dotProduct(q, q),
    dotProduct(p, y),
    dotProduct(q, y),
  ];
  const determinant = pp * qq - pq * pq;
  return dotProduct(y, y) - (qq * py * py - 2 * pq * py * qy + pp * qy * qy) / determinant;
}
