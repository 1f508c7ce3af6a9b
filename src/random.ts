/**
 * Seeded random numbers: every draw in this project comes from one of these, so that a seed fixes a result to the
 * byte. The generator is sfc32 (Chris Doty-Humphrey, PractRand), which passes PractRand and is fast in 32-bit integer
 * arithmetic.
 */
export interface Random {
  /** Uniform in [0, 1), with 32 random bits. */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** exp of a uniform in [ln low, ln high): every factor of two is as likely as the next. */
  logBetween(low: number, high: number): number;
  /** An integer in [0, count). */
  integer(count: number): number;
  /** Standard normal (Marsaglia's polar method). */
  normal(): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** +1 or -1. */
  sign(): number;
  /** An index drawn in proportion to non-negative weights. */
  weighted(weights: ArrayLike<number>): number;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T extends { length: number; [index: number]: number }>(items: T): T;
  /** An independent stream named by a label: adding draws to one stream leaves the others as they were. */
  fork(label: string): Random;
}

/**
 * A stream of random numbers; the same seed gives the same numbers everywhere.
 *
 * ```ts
 * import { createRandom } from 'groundtrend';
 *
 * console.log(createRandom('a seed').uniform() === createRandom('a seed').uniform()); // true
 * ```
 */
export function createRandom(seed: number | string): Random {
  return fromKey(String(seed));
}

function fromKey(key: string): Random {
  let [a, b, c] = hashKey(key);
  let counter = 1;
  let spareNormal: number | undefined;

  function nextUint32(): number {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return result >>> 0;
  }
  // The state is filled from a hash of the key; a dozen rounds mix it thoroughly (the author's advice).
  for (let round = 0; round < 12; round++) nextUint32();

  const random: Random = {
    uniform: () => nextUint32() / 4294967296,
    between: (low, high) => low + (high - low) * random.uniform(),
    logBetween: (low, high) => low * (high / low) ** random.uniform(),
    integer: (count) => Math.floor(random.uniform() * count),
    chance: (probability) => random.uniform() < probability,
    sign: () => (nextUint32() & 1 ? 1 : -1),
    normal() {
      if (spareNormal !== undefined) {
        const value = spareNormal;
        spareNormal = undefined;
        return value;
      }
      for (;;) {
        const x = 2 * random.uniform() - 1;
        const y = 2 * random.uniform() - 1;
        const squared = x * x + y * y;
        if (squared >= 1 || squared === 0) continue;
        const scale = Math.sqrt((-2 * Math.log(squared)) / squared);
        spareNormal = y * scale;
        return x * scale;
      }
    },
    weighted(weights) {
      let total = 0;
      for (let i = 0; i < weights.length; i++) total += weights[i];
      let rest = random.uniform() * total;
      for (let i = 0; i < weights.length; i++) {
        rest -= weights[i];
        if (rest < 0) return i;
      }
      return weights.length - 1;
    },
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        const kept = items[i];
        items[i] = items[j];
        items[j] = kept;
      }
      return items;
    },
    fork: (label) => fromKey(`${key}/${label}`),
  };
  return random;
}

/** Three 32-bit words from a string: FNV-1a with three offsets, each finished by MurmurHash3's mixer. */
function hashKey(key: string): [number, number, number] {
  const words = [0x811c9dc5, 0x9747b28c, 0x3c6ef372].map((offset) => {
    let hash = offset;
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    return spreadBits(hash) | 0;
  });
  return [words[0], words[1], words[2]];
}

/** Spreads every bit of a number over all 32 (the finaliser of MurmurHash3, Austin Appleby, public domain). */
export function spreadBits(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
