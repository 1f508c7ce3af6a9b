import { removeProjection } from '../kinematics/orthonormal-basis.js';

/** Rows over dates (or over a grid), row-major: a linear map that depends on the dates alone. */
export interface Rows {
  readonly count: number;
  readonly length: number;
  readonly values: Float64Array;
}

export function asRows(values: Float64Array, length: number): Rows {
  return { count: values.length / length, length, values };
}

export function rowsOf(rows: readonly Float64Array[]): Rows {
  const length = rows[0].length;
  const values = new Float64Array(rows.length * length);
  rows.forEach((row, index) => {
    values.set(row, index * length);
  });
  return { count: rows.length, length, values };
}

export function joinRows(above: Rows, below: Rows): Rows {
  const values = new Float64Array(above.values.length + below.values.length);
  values.set(above.values);
  values.set(below.values, above.values.length);
  return { count: above.count + below.count, length: above.length, values };
}

export function scaleRows({ values, ...rows }: Rows, factor: number): Rows {
  return { ...rows, values: values.map((value) => value * factor) };
}

export function transposeRows({ count, length, values }: Rows): Rows {
  const turned = new Float64Array(values.length);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < length; column++)
      turned[column * count + row] = values[row * length + column];
  }
  return { count: length, length: count, values: turned };
}

/** Matrix product of rows (a x b) with rows (b x c). */
export function multiplyRows(left: Rows, right: Rows): Rows {
  const values = new Float64Array(left.count * right.length);
  for (let row = 0; row < left.count; row++) {
    for (let k = 0; k < left.length; k++) {
      const factor = left.values[row * left.length + k];
      if (factor === 0) continue;
      for (let column = 0; column < right.length; column++) {
        values[row * right.length + column] += factor * right.values[k * right.length + column];
      }
    }
  }
  return { count: left.count, length: right.length, values };
}

export function linspace(first: number, last: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => first + ((last - first) * i) / (count - 1));
}

/** Unit hinges orthogonal to the orthonormal rows of `line`, one for every break. */
export function unitHinges(share: Float64Array, breaks: Float64Array, line: Float64Array): Rows {
  return rowsOf(
    Array.from(breaks, (at) => {
      const hinge = removeProjection(hingeOf(share, at), line, new Float64Array(share.length));
      const norm = Math.hypot(...hinge);
      return hinge.map((value) => value / norm);
    }),
  );
}

export function hingeOf(share: Float64Array, at: number): Float64Array {
  return share.map((u) => Math.max(0, u - at));
}
