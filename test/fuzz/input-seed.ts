import fc, { type Arbitrary } from 'fast-check';

/** The input of a number: the same for the same target, seed and number, wherever and in whatever order it is made. */
export function inputOf<T>(inputs: Arbitrary<T>, target: string, seed: number, index: number): T {
  let hash = (seed ^ 0x9e3779b9) | 0;
  for (const character of `${target}:${index}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    hash ^= hash >>> 15;
  }
  return fc.sample(inputs, { seed: hash, numRuns: 1 })[0];
}
