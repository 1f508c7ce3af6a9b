import type { PidRegister } from './pid-register.js';

/** 32-bit words that tell one point: two halves of the pid's hash, and the place's. */
export const CLAIM_WORDS = 3;

/** A register that finds every point new, but for those it was told of, and remembers what it was asked. */
export interface ClaimRecorder extends PidRegister {
  /** From now on, points at these positions among all that will be asked come before; none is where nothing is said. */
  refuse(positions: Iterable<number>): void;
  /** What has been asked since the last call, `CLAIM_WORDS` a point. */
  take(): Uint32Array;
}

export function createClaimRecorder(): ClaimRecorder {
  let refused: ReadonlySet<number> = new Set();
  let words = new Uint32Array(4096 * CLAIM_WORDS);
  let length = 0;
  let datasets = 0;
  let asked = 0;
  return {
    addDataset: () => ++datasets,
    startPass() {},
    refuse(positions) {
      refused = new Set(positions);
      asked = 0;
    },
    claim(_dataset, high, low, place) {
      if (refused.has(asked++)) return false;
      if (length === words.length) {
        const grown = new Uint32Array(words.length * 2);
        grown.set(words);
        words = grown;
      }
      words[length] = high;
      words[length + 1] = low;
      words[length + 2] = place;
      length += CLAIM_WORDS;
      return true;
    },
    take() {
      const taken = words.slice(0, length);
      length = 0;
      return taken;
    },
  };
}

/** Positions of the claims, in their order, that a register finds not to be new. */
export function judgeClaims(register: PidRegister, dataset: number, words: Uint32Array): number[] {
  const refused: number[] = [];
  for (let at = 0; at < words.length; at += CLAIM_WORDS) {
    const isNew = register.claim(dataset, words[at], words[at + 1], words[at + 2]);
    if (!isNew) refused.push(at / CLAIM_WORDS);
  }
  return refused;
}
