/** Directions in which the tracks contradict one another less than this share of the clearest one tell nothing. */
const LEAST_SHARE = 0.05;
const MOST_SWEEPS = 60;

/**
 * Gathers, over all sites, what several tracks say against one another once up and east have been fitted, and finds the
 * offset of each track (its reference) that settles it best.
 *
 * At a site with geometry A the misfit that no U and E can take up is `P d`, with `P = I - A (A'A)^-1 A'`. The offsets
 * `o` minimise `sum |P (d - o)|^2`, date by date; those that U and E could take up just as well cannot be told and are
 * left at zero (the shortest solution). Two tracks leave nothing to tell.
 */
export interface OffsetEstimator {
  /** `tracks` are the numbers of those at this site; `displacementAt` gives the value of the k-th at a date. */
  add(
    tracks: readonly number[],
    up: ArrayLike<number>,
    east: ArrayLike<number>,
    displacements: readonly Float64Array[],
  ): void;
  /** Offsets, mm, `trackCount` x `dateCount` row-major; `undefined` where nothing can be told. */
  solve(): Float64Array | undefined;
}

export function createOffsetEstimator(trackCount: number, dateCount: number): OffsetEstimator {
  const normal = new Float64Array(trackCount * trackCount);
  const right = new Float64Array(trackCount * dateCount);
  return {
    add(tracks, up, east, displacements) {
      const views = tracks.length;
      if (views < 3) return;
      const projector = residualProjector(up, east);
      for (let row = 0; row < views; row++) {
        for (let column = 0; column < views; column++) {
          const share = projector[row * views + column];
          normal[tracks[row] * trackCount + tracks[column]] += share;
          const series = displacements[column];
          const start = tracks[row] * dateCount;
          for (let date = 0; date < dateCount; date++) right[start + date] += share * series[date];
        }
      }
    },
    solve() {
      const { values, vectors } = decomposeSymmetric(normal, trackCount);
      const largest = Math.max(...values);
      if (!(largest > 0)) return undefined;
      const offsets = new Float64Array(trackCount * dateCount);
      for (let which = 0; which < trackCount; which++) {
        if (values[which] < LEAST_SHARE * largest) continue;
        for (let date = 0; date < dateCount; date++) {
          let amount = 0;
          for (let k = 0; k < trackCount; k++)
            amount += vectors[k * trackCount + which] * right[k * dateCount + date];
          amount /= values[which];
          for (let k = 0; k < trackCount; k++) {
            offsets[k * dateCount + date] += amount * vectors[k * trackCount + which];
          }
        }
      }
      return offsets;
    },
  };
}

function residualProjector(up: ArrayLike<number>, east: ArrayLike<number>): Float64Array {
  const views = up.length;
  let [upUp, upEast, eastEast] = [0, 0, 0];
  for (let k = 0; k < views; k++) {
    upUp += up[k] * up[k];
    upEast += up[k] * east[k];
    eastEast += east[k] * east[k];
  }
  const determinant = upUp * eastEast - upEast * upEast;
  const projector = new Float64Array(views * views);
  for (let row = 0; row < views; row++) {
    for (let column = 0; column < views; column++) {
      const taken =
        (up[row] * (eastEast * up[column] - upEast * east[column]) +
          east[row] * (upUp * east[column] - upEast * up[column])) /
        determinant;
      projector[row * views + column] = (row === column ? 1 : 0) - taken;
    }
  }
  return projector;
}

/** Eigenvalues and eigenvectors (columns) of a symmetric matrix by Jacobi's rotations. */
function decomposeSymmetric(
  matrix: Float64Array,
  size: number,
): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const work = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        largest = Math.max(largest, Math.abs(work[p * size + q]));
        rotate(work, vectors, size, p, q);
      }
    }
    if (largest === 0) break;
  }
  return { values: Float64Array.from({ length: size }, (_, i) => work[i * size + i]), vectors };
}

function rotate(work: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const between = work[p * size + q];
  if (between === 0) return;
  const theta = (work[q * size + q] - work[p * size + p]) / (2 * between);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  const turn = (values: Float64Array, first: number, second: number) => {
    const a = values[first];
    const b = values[second];
    values[first] = cosine * a - sine * b;
    values[second] = sine * a + cosine * b;
  };
  for (let k = 0; k < size; k++) turn(work, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(work, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(vectors, k * size + p, k * size + q);
  work[p * size + q] = 0;
  work[q * size + p] = 0;
}
