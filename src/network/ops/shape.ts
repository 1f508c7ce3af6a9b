import { differentiable, emit, emitMany, integers, reshapeSizes, type Tensor } from '../graph.js';
import { int, ints } from '../onnx-format.js';
import {
  type Dimension,
  elementCount,
  isSameShape,
  knownSize,
  mergeDimensions,
  type Shape,
} from '../tensor.js';

/** The same values in another shape; at most one size may be unknown. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (isSameShape(x.shape, shape)) return x;
  const isKnown = [...x.shape, ...shape].every((size) => typeof size === 'number');
  if (isKnown && elementCount(x.shape as number[]) !== elementCount(shape as number[])) {
    throw new Error(`[${x.shape.join(', ')}] cannot be reshaped to [${shape.join(', ')}].`);
  }
  const y = emit('Reshape', [x, integers(x.graph, reshapeSizes(shape))], shape);
  return differentiable(y, [[x, (dy) => reshape(dy, x.shape)]]);
}

/** All but the last axis merged into rows. */
export function toRows(x: Tensor): Tensor {
  return reshape(x, [mergeDimensions(x.shape.slice(0, -1)), x.shape[x.shape.length - 1]]);
}

export function transpose(x: Tensor, order: readonly number[]): Tensor {
  const y = emit(
    'Transpose',
    [x],
    order.map((axis) => x.shape[axis]),
    { attributes: { perm: ints(order) } },
  );
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return differentiable(y, [[x, (dy) => transpose(dy, inverse)]]);
}

/** Tensors of equal shape but for one axis, one after the other along it. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  if (parts.length === 1) return parts[0];
  const sizes = parts.map((part) => knownSize(part.shape, axis));
  const shape = replaceSize(parts[0].shape, axis, elementSum(sizes));
  const y = emit('Concat', parts, shape, { attributes: { axis: int(axis) } });
  let start = 0;
  return differentiable(
    y,
    parts.map((part, index) => {
      const from = start;
      start += sizes[index];
      return [part, (dy) => slice(dy, axis, from, from + sizes[index])];
    }),
  );
}

/** Elements `start`, `start + step`, ... before `end` of one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number, step = 1): Tensor {
  const size = knownSize(x.shape, axis);
  if (start < 0 || end > size || start >= end)
    throw new Error(`No slice ${start} to ${end} of ${size} elements.`);
  if (start === 0 && end === size && step === 1) return x;
  const count = Math.ceil((end - start) / step);
  const lists = [[start], [end], [axis], [step]].map((list) => integers(x.graph, list));
  const y = emit('Slice', [x, ...lists], replaceSize(x.shape, axis, count));
  const after = size - start - ((count - 1) * step + 1);
  return differentiable(y, [[x, (dy) => pad(spread(dy, axis, step), axis, start, after)]]);
}

/** Parts of the given sizes, one after the other along an axis. No gradient passes. */
export function split(x: Tensor, axis: number, sizes: readonly number[]): Tensor[] {
  if (sizes.length === 1) return [x];
  const parts = sizes.map((size) => ({ shape: replaceSize(x.shape, axis, size), type: x.type }));
  return emitMany('Split', [x, integers(x.graph, sizes)], parts, { axis: int(axis) });
}

/** Zeros before and after along one axis; fewer than none leave elements out. */
export function pad(x: Tensor, axis: number, before: number, after: number): Tensor {
  if (before === 0 && after === 0) return x;
  const size = knownSize(x.shape, axis);
  const pads = new Array<number>(2 * x.shape.length).fill(0);
  pads[axis] = before;
  pads[axis + x.shape.length] = after;
  const y = emit('Pad', [x, integers(x.graph, pads)], replaceSize(x.shape, axis, before + size + after));
  return differentiable(y, [[x, (dy) => slice(dy, axis, before, before + size)]]);
}

/** `step - 1` zeros between the elements of one axis: what undoes a slice by steps. */
export function spread(x: Tensor, axis: number, step: number): Tensor {
  if (step === 1) return x;
  const size = knownSize(x.shape, axis);
  const separate = reshape(x, x.shape.toSpliced(axis + 1, 0, 1));
  const filled = reshape(pad(separate, axis + 1, 0, step - 1), replaceSize(x.shape, axis, size * step));
  return slice(filled, axis, 0, (size - 1) * step + 1);
}

function replaceSize(shape: Shape, axis: number, size: Dimension): Shape {
  return shape.with(axis, size);
}

function elementSum(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
