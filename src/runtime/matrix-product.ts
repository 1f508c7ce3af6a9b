import type { MatrixProduct } from '../kinematics/matrix-product.js';
import { createGraph, declareConstant, declareInput, encodeGraph } from '../network/graph.js';
import { matmul } from '../network/ops/matrix.js';
import { float32Tensor } from '../network/tensor.js';
import type { Runtime, Session } from './session.js';

/** Sessions kept for matrices that come back; a file needs one or two. */
const KEPT_SESSIONS = 8;

/** Matrix products by a runtime: the matrix becomes part of a small model, so that it is packed once. */
export interface RuntimeProduct {
  readonly multiply: MatrixProduct;
  dispose(): Promise<void>;
}

/** Multiplies by constant matrices with the runtime, which is faster than plain loops; one session a matrix is kept. */
export function createRuntimeProduct(runtime: Runtime): RuntimeProduct {
  const sessions = new Map<Float32Array, Promise<Session>>();
  let target = new Float32Array(0);

  async function sessionFor(matrix: Float32Array, rowLength: number, columns: number): Promise<Session> {
    const known = sessions.get(matrix);
    if (known !== undefined) return known;
    const graph = createGraph();
    const rows = declareInput(graph, 'rows', 'float32', ['batch', rowLength]);
    const product = matmul(
      rows,
      declareConstant(graph, 'matrix', float32Tensor(matrix, [rowLength, columns])),
    );
    const session = runtime.createSession(encodeGraph(graph, { product }));
    sessions.set(matrix, session);
    if (sessions.size > KEPT_SESSIONS) {
      const [oldest, evicted] = sessions.entries().next().value!;
      sessions.delete(oldest);
      await (await evicted).dispose();
    }
    return session;
  }

  return {
    async multiply(rows, rowCount, rowLength, matrix, columns) {
      const session = await sessionFor(matrix, rowLength, columns);
      if (target.length < rowCount * columns) target = new Float32Array(rowCount * columns);
      const product = float32Tensor(target.subarray(0, rowCount * columns), [rowCount, columns]);
      await session.run({ rows: float32Tensor(rows, [rowCount, rowLength]) }, { product });
      return product.data as Float32Array;
    },
    async dispose() {
      for (const session of sessions.values()) await (await session).dispose();
      sessions.clear();
    },
  };
}
