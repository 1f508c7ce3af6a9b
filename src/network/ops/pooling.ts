import { differentiable, emit, emitMany, type Tensor } from '../graph.js';
import { int } from '../onnx-format.js';
import { knownSize } from '../tensor.js';
import { binary, mask } from './arithmetic.js';
import { reduceMean } from './reduction.js';
import { concat, reshape, slice } from './shape.js';

/**
 * Maximum of every `size` samples in turn, of [batch, length, channels]; a rest that fills no window is left out. The
 * first of equal samples takes the gradient.
 */
export function maxPool(x: Tensor, size: number): Tensor {
  const windowed = windows(x, size);
  const [batch, count, , channels] = windowed.shape;
  const partShape = [batch, count, 1, channels];
  const results = Array.from({ length: size }, () => ({ shape: partShape, type: x.type }));
  const parts = emitMany('Split', [windowed], results, { axis: int(2) });
  const highest = emit('Max', parts, partShape);
  const rule = (dy: Tensor) => {
    let rest = reshape(dy, partShape);
    const shares = parts.slice(0, -1).map((part) => {
      const share = binary('Mul', rest, mask(binary('Equal', part, highest, 'bool'), rest));
      rest = binary('Sub', rest, share);
      return share;
    });
    return concat([...shares, rest], 2);
  };
  return differentiable(reshape(highest, [batch, count, channels]), [[windowed, rule]]);
}

/** Mean of every `size` samples in turn. */
export function averagePool(x: Tensor, size: number): Tensor {
  return reduceMean(windows(x, size), [2]);
}

function windows(x: Tensor, size: number): Tensor {
  const [batch, , channels] = x.shape;
  const count = Math.floor(knownSize(x.shape, 1) / size);
  return reshape(slice(x, 1, 0, count * size), [batch, count, size, channels]);
}
