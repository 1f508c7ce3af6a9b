/** The two components that a line of sight is taken apart into, in the order of all arrays here. */
export const COMPONENTS = ['vertical', 'east'] as const;

/** How displacements along several lines of sight give up and east: `up = sum(toUp[k] d[k])`, and east alike. */
export interface ComponentSolution {
  readonly toUp: Float64Array;
  readonly toEast: Float64Array;
  /** Ratio of the largest to the smallest singular value of the geometry; 1 is best, infinite without two views. */
  readonly condition: number;
}

/**
 * Weighted least squares of `d[k] = up[k] U + east[k] E`, the inverse of the 2 x 2 normal matrix in closed form.
 * `weights` are inverse variances.
 */
export function solveComponents(
  up: ArrayLike<number>,
  east: ArrayLike<number>,
  weights: ArrayLike<number>,
): ComponentSolution {
  const views = up.length;
  const toUp = new Float64Array(views);
  const toEast = new Float64Array(views);
  let [upUp, upEast, eastEast] = [0, 0, 0];
  for (let k = 0; k < views; k++) {
    upUp += weights[k] * up[k] * up[k];
    upEast += weights[k] * up[k] * east[k];
    eastEast += weights[k] * east[k] * east[k];
  }
  const determinant = upUp * eastEast - upEast * upEast;
  for (let k = 0; k < views; k++) {
    toUp[k] = (weights[k] * (eastEast * up[k] - upEast * east[k])) / determinant;
    toEast[k] = (weights[k] * (upUp * east[k] - upEast * up[k])) / determinant;
  }
  return { toUp, toEast, condition: conditionOf(up, east) };
}

function conditionOf(up: ArrayLike<number>, east: ArrayLike<number>): number {
  let [upUp, upEast, eastEast] = [0, 0, 0];
  for (let k = 0; k < up.length; k++) {
    upUp += up[k] * up[k];
    upEast += up[k] * east[k];
    eastEast += east[k] * east[k];
  }
  const middle = (upUp + eastEast) / 2;
  const spread = Math.hypot((upUp - eastEast) / 2, upEast);
  const smallest = middle - spread;
  return smallest > 1e-12 * middle ? Math.sqrt((middle + spread) / smallest) : Infinity;
}
