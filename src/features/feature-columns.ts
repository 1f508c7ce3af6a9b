import { declareConstant, type Tensor } from '../network/graph.js';
import { add, logarithm } from '../network/ops/arithmetic.js';
import { matmul } from '../network/ops/matrix.js';
import { concat } from '../network/ops/shape.js';
import { float32Tensor } from '../network/tensor.js';
import { rowVector } from './graph-rows.js';

/** Keeps logarithms of vanishing sizes finite; in units of the material size, about 0.3 mm. */
export const SMALL = 0.06;

/** A logarithm that features are made of, by its place among all of them. */
export type LogColumn = number & { readonly kind: 'log' };

/**
 * Collects features of the shape [batch, 1] in the order of their names. Logarithms are taken of all at once, and
 * sums of them and numbers known beforehand are added by one small product: single columns cost a graph more in calls
 * than in arithmetic.
 */
export interface FeatureColumns {
  add(name: string, column: Tensor): void;
  addFixed(name: string, value: number): void;
  /** ln(column + offset), for `addLogs`. */
  log(column: Tensor, offset?: number): LogColumn;
  /** A feature that is a weighted sum of logarithms. */
  addLogs(name: string, ...terms: readonly (readonly [column: LogColumn, weight: number])[]): void;
  /** ln(column + offset) as a feature, and for `addLogs`. */
  addLog(name: string, column: Tensor, offset?: number): LogColumn;
  finish(): { readonly features: Tensor; readonly names: readonly string[] };
}

export function createFeatureColumns(): FeatureColumns {
  const names: string[] = [];
  const plain: Tensor[] = [];
  const logged: Tensor[] = [];
  const offsets: number[] = [];
  const fixed: number[] = [];
  /** Feature, place among the plain columns or the logarithms, weight. */
  const ofPlain: [number, number][] = [];
  const ofLogs: [number, number, number][] = [];

  function begin(name: string, value = 0): number {
    fixed.push(value);
    return names.push(name) - 1;
  }

  const columns: FeatureColumns = {
    add(name, column) {
      ofPlain.push([begin(name), plain.push(column) - 1]);
    },
    addFixed(name, value) {
      begin(name, value);
    },
    log(column, offset = 0) {
      offsets.push(offset);
      return (logged.push(column) - 1) as LogColumn;
    },
    addLogs(name, ...terms) {
      const feature = begin(name);
      for (const [column, weight] of terms) ofLogs.push([feature, column, weight]);
    },
    addLog(name, column, offset) {
      const taken = columns.log(column, offset);
      columns.addLogs(name, [taken, 1]);
      return taken;
    },
    finish() {
      const { graph } = plain[0];
      const logs = logarithm(add(concat(logged, 1), rowVector(plain[0], 'log_offsets', offsets)));
      const count = names.length;
      const weights = new Float32Array((plain.length + logged.length) * count);
      for (const [feature, place] of ofPlain) weights[place * count + feature] = 1;
      for (const [feature, place, weight] of ofLogs) {
        weights[(plain.length + place) * count + feature] += weight;
      }
      const measured = concat([...plain, logs], 1);
      const shape = [plain.length + logged.length, count];
      const mix = declareConstant(graph, 'feature_mix', float32Tensor(weights, shape));
      return {
        features: add(matmul(measured, mix), rowVector(plain[0], 'fixed_features', fixed)),
        names,
      };
    },
  };
  return columns;
}
