import { dotProduct } from '../../src/kinematics/linear-algebra.js';
import type { TextbookMotion } from '../../src/simulate/motions.js';
import { centred } from './centred-columns.js';

/** Draws of the inner integrals. */
export const INNER_DRAWS = 24;
/** Selection changes slowly with the coefficients: fewer draws tell what share of them would have been kept. */
const WANTED_DRAWS = 3;
const NOTHING = Number.NEGATIVE_INFINITY;

/** A part of a class: a signal linear in `columns`, with the density of their coefficients before selection. */
export interface Component {
  readonly columns: readonly Float64Array[];
  readonly logWeight: number;
  density(coefficients: readonly number[]): number;
  motion(coefficients: readonly number[]): TextbookMotion;
}

export interface ComponentFit {
  readonly logPeak: number;
  readonly centre: readonly number[];
  /** Lower triangle of the square root of the coefficients' covariance, row by row. */
  readonly root: readonly number[];
  readonly logVolume: number;
}

/** Least squares of a centred series on one or two centred columns. */
export function fitComponent(
  { columns, logWeight }: Component,
  series: ArrayLike<number>,
  sigmaMm: number,
): ComponentFit {
  const y = centred(series);
  const total = dotProduct(y, y);
  const variance = sigmaMm * sigmaMm;
  const [p, q] = columns;
  const pp = dotProduct(p, p);
  const py = dotProduct(p, y);
  if (q === undefined) {
    const deviation = sigmaMm / Math.sqrt(pp);
    return {
      logPeak: logWeight - (total - (py * py) / pp) / (2 * variance),
      centre: [py / pp],
      root: [deviation],
      logVolume: 0.5 * Math.log(2 * Math.PI) + Math.log(deviation),
    };
  }
  const [pq, qq, qy] = [dotProduct(p, q), dotProduct(q, q), dotProduct(q, y)];
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
export function integrate(
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

/** Logarithm of a sum of what the logarithms are given of. */
export function logSum(values: readonly number[]): number {
  const highest = Math.max(...values);
  if (highest === NOTHING) return NOTHING;
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}
