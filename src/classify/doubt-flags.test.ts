import { describe, expect, it } from 'vitest';
import { flagAmbiguous, flagOutOfFamily, isOutOfFamily, isWholeCycles } from './doubt-flags.js';

describe('doubt', () => {
  it('calls a point ambiguous below the stated confidence, not at it', () => {
    expect([...flagAmbiguous([0.59, 0.6, 0.99], 3)]).toEqual([1, 0, 0]);
    expect([...flagAmbiguous([0.59, 0.6, 0.99], 3, 0.9)]).toEqual([1, 1, 0]);
  });

  it('believes the model first, the fits second', () => {
    const scores = { probabilities: new Float32Array(15), outOfFamily: Float32Array.of(0.9, 0.1, 0.1) };
    expect([...flagOutOfFamily(scores, 3)]).toEqual([1, 0, 0]);
    const asked: number[] = [];
    const evidence = (index: number) => {
      asked.push(index);
      return { breaks: index };
    };
    expect([...flagOutOfFamily(scores, 3, evidence)]).toEqual([1, 0, 1]);
    expect(asked).toEqual([1, 2]);
    expect([...flagOutOfFamily({ probabilities: new Float32Array(5) }, 1)]).toEqual([0]);
  });

  it('rules out by residuals, broken cycles and several breaks', () => {
    expect(isOutOfFamily({})).toBe(false);
    expect(isOutOfFamily({ residualMm: 6, epochNoiseMm: 2.5 })).toBe(false);
    expect(isOutOfFamily({ residualMm: 9, epochNoiseMm: 2.5 })).toBe(true);
    expect(isOutOfFamily({ stepCycles: 0.97 })).toBe(false);
    expect(isOutOfFamily({ stepCycles: 0.45 })).toBe(true);
    expect(isOutOfFamily({ breaks: 1 })).toBe(false);
    expect(isOutOfFamily({ breaks: 2 })).toBe(true);
  });

  it('takes about a third of a cycle for whole', () => {
    expect([0.7, -1.2, 2.1].map(isWholeCycles)).toEqual([true, true, true]);
    expect([0.2, 0.5, 1.5].map(isWholeCycles)).toEqual([false, false, false]);
  });
});
