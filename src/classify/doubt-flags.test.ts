import { describe, expect, it } from 'vitest';
import { flagAmbiguous, flagOutOfFamily } from './doubt-flags.js';

describe('doubt', () => {
  it('calls a point ambiguous below the stated confidence, not at it', () => {
    expect([...flagAmbiguous(Float32Array.of(0.59, 0.6, 0.99))]).toEqual([1, 0, 0]);
    expect([...flagAmbiguous(Float32Array.of(0.59, 0.6, 0.99), 0.9)]).toEqual([1, 1, 0]);
  });

  it('calls a point out of family where Other is the likeliest answer of all', () => {
    // Six answers: Other 0.4, the best class 0.35 (given one of the five: 0.35 / 0.6).
    const probabilities = new Float32Array(15);
    const scores = { probabilities, outOfFamily: Float32Array.of(0.4, 0.4, 0) };
    expect([...flagOutOfFamily(scores, Float32Array.of(0.35 / 0.6, 0.45 / 0.6, 0.2))]).toEqual([1, 0, 0]);
    expect([...flagOutOfFamily({ probabilities }, Float32Array.of(0.2))]).toEqual([0]);
  });
});
