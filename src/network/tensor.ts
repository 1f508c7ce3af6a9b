/** The element types that this project's graphs use, by their name in ONNX. */
export type ElementType = 'float32' | 'float64' | 'int64' | 'int32' | 'bool' | 'uint8';

/** A size known when a graph is built, or the name of one that is only known when it runs (`batch`, `epochs`). */
export type Dimension = number | string;

export type Shape = readonly Dimension[];

/** Values of a tensor, row-major; `bool` is held as bytes of 0 and 1. */
export type TensorValues = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;

/** A tensor with its values: what is fed to a session, what it gives back, and what a model holds as weights. */
export interface TensorData {
  readonly type: ElementType;
  readonly data: TensorValues;
  readonly shape: readonly number[];
}

export function float32Tensor(data: Float32Array, shape: readonly number[]): TensorData {
  return { type: 'float32', data, shape };
}

/** Number of elements; a shape of no dimensions is a scalar and has one. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Product of sizes, a new name where one of them is not known yet. */
export function mergeDimensions(dimensions: Shape): Dimension {
  return dimensions.every((size) => typeof size === 'number')
    ? elementCount(dimensions as readonly number[])
    : dimensions.join('*');
}

/** The size as a number. An unknown size here is a mistake in an architecture, not in any input. */
export function knownSize(shape: Shape, axis: number): number {
  const size = shape.at(axis);
  if (typeof size !== 'number')
    throw new Error(`Axis ${axis} of [${shape.join(', ')}] must have a known size.`);
  return size;
}

export function isSameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((size, axis) => size === right[axis]);
}

/** Shape of the elementwise combination of two tensors, by ONNX's (NumPy's) broadcasting. */
export function broadcastShape(left: Shape, right: Shape): Shape {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    if (a === b || b === 1) return a;
    if (a === 1) return b;
    throw new Error(`Shapes [${left.join(', ')}] and [${right.join(', ')}] cannot be combined.`);
  });
}
