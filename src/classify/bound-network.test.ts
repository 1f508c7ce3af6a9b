import { describe, expect, it } from 'vitest';
import type { TensorData } from '../network/tensor.js';
import type { Session } from '../runtime/session.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { bindNetwork } from './bound-network.js';

const axis = createEpochAxis([0, 12, 24]);
const EPOCHS = 3;

/**
 * A network of two classes and Other that takes the first displacement of a series for the probability of the first class and
 * leaves a tenth of the rest to Other; `jump` is told apart. Notes how many series it was given.
 */
function fakeSession(jump: number): Session & { readonly runs: number[]; disposed: boolean } {
  const runs: number[] = [];
  return {
    runs,
    disposed: false,
    inputNames: ['displacement'],
    outputNames: ['probabilities.class', 'probabilities.jump'],
    async run({ displacement }): Promise<Record<string, TensorData>> {
      const [rows] = displacement.shape as number[];
      runs.push(rows);
      const values = displacement.data as Float32Array;
      const classes = Float32Array.from({ length: 3 * rows }, (_, i) => {
        const first = values[Math.floor(i / 3) * EPOCHS];
        return [first, 0.9 * (1 - first), 0.1 * (1 - first)][i % 3];
      });
      const float32 = (data: Float32Array, width: number) =>
        ({ type: 'float32', data, shape: [rows, width] }) as TensorData;
      return {
        'probabilities.class': float32(classes, 3),
        'probabilities.jump': float32(new Float32Array(rows).fill(jump), 1),
      };
    },
    async dispose() {
      this.disposed = true;
    },
  };
}

const FIRSTS = [0.95, 0.5, 0.9, 0.02, 0.89, 0.91, 0.3];
const series = Float32Array.from(FIRSTS.flatMap((first) => [first, 0, 0]));
const NETWORK = { classCount: 2, tellsOther: true, seriesPerRun: 2 };

describe('a network with a sieve', () => {
  it('is asked about what the sieve leaves open only, and every series gets its own scores', async () => {
    const [network, small] = [fakeSession(0.25), fakeSession(0.75)];
    const sieve = { session: small, decides: [0], leastProbability: Math.fround(0.9) };
    const bound = bindNetwork({ session: network, ...NETWORK }, axis, sieve);
    const scores = await bound.classify(series, FIRSTS.length);
    expect(small.runs).toEqual([4, 3]);
    expect(network.runs).toEqual([2, 2]);
    expect([...scores.jump!]).toEqual([0.75, 0.25, 0.75, 0.25, 0.25, 0.75, 0.25]);
    FIRSTS.forEach((first, i) => {
      const other = 0.1 * (1 - first);
      expect(scores.outOfFamily![i]).toBeCloseTo(other, 6);
      expect(scores.probabilities[2 * i]).toBeCloseTo(first / (1 - other), 6);
      expect(scores.probabilities[2 * i + 1]).toBeCloseTo((0.9 * (1 - first)) / (1 - other), 6);
    });
    await bound.dispose();
    expect([network.disposed, small.disposed]).toEqual([true, true]);
  });

  it('decides no class that it may not decide', async () => {
    const [network, small] = [fakeSession(0.25), fakeSession(0.75)];
    const sieve = { session: small, decides: [1], leastProbability: 0.8 };
    const bound = bindNetwork({ session: network, ...NETWORK }, axis, sieve);
    const { jump } = await bound.classify(series, FIRSTS.length);
    expect([...jump!].flatMap((value, i) => (value === 0.75 ? [FIRSTS[i]] : []))).toEqual([0.02]);
  });

  it('fills gaps before either is asked', async () => {
    const [network, small] = [fakeSession(0.25), fakeSession(0.75)];
    const sieve = { session: small, decides: [0], leastProbability: 0.9 };
    const bound = bindNetwork({ session: network, ...NETWORK }, axis, sieve);
    const gappy = Float32Array.of(Number.NaN, 0.95, 0.95, Number.NaN, 0.4, 0.4);
    const { jump } = await bound.classify(gappy, 2);
    expect([...jump!]).toEqual([0.75, 0.25]);
  });
});

describe('a network without a sieve', () => {
  it('is asked about all, so many at a time', async () => {
    const network = fakeSession(0.25);
    const bound = bindNetwork({ session: network, ...NETWORK }, axis);
    const { probabilities } = await bound.classify(series, FIRSTS.length);
    expect(network.runs).toEqual([2, 2, 2, 1]);
    FIRSTS.forEach((first, i) => {
      expect(probabilities[2 * i]).toBeCloseTo(first / (1 - 0.1 * (1 - first)), 6);
    });
  });

  it('is refused where it gives no probabilities', async () => {
    const bound = bindNetwork({ session: fakeSession(0), ...NETWORK }, axis);
    await expect(
      bound.classify(Float32Array.of(Number.NaN, Number.NaN, Number.NaN), 1, true),
    ).rejects.toThrow('gives no probabilities');
  });
});
