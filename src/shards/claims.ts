import { createPidRegister, type PidRegister } from '../read/pid-register.js';

/** 32-bit words that tell one point: two halves of the pid's hash, and the place's. */
export const CLAIM_WORDS = 3;

/**
 * What a batch's rows would have asked of a register of points. Whether a point came before is known only once all
 * shards are there, so a shard keeps the questions, also those of rows that its filters drop, and merging asks them.
 * A shard with rows that did come before is then made again without them, because what a network says of a series can
 * differ in the last bit with the rows that share its batch.
 */
export interface BatchClaims {
  /** `CLAIM_WORDS` a row. */
  readonly words: Uint32Array;
  /** For each row 1 where it passed the filters. */
  readonly kept: Uint8Array;
}

/** A register that finds every point new, but for those it was told of, and remembers what it was asked. */
export interface ClaimRecorder extends PidRegister {
  /** What has been asked since the last call. */
  take(): Uint32Array;
}

/** `refused`: positions, among all that will be asked, of the points that came before. */
export function createClaimRecorder(refused: ReadonlySet<number>): ClaimRecorder {
  let words = new Uint32Array(4096 * CLAIM_WORDS);
  let length = 0;
  let datasets = 0;
  let asked = 0;
  return {
    addDataset: () => ++datasets,
    startPass() {},
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

/** Asks a real register in the order in which one process would have. */
export interface ClaimJudge {
  /** Positions of the claims whose point came before. */
  judge(dataset: number, claims: BatchClaims): number[];
}

export function createClaimJudge(datasetCount: number): ClaimJudge {
  const register = createPidRegister();
  const numbers = Array.from({ length: datasetCount }, () => register.addDataset());
  for (const number of numbers) register.startPass(number);
  return {
    judge(dataset, { words, kept }) {
      const refused: number[] = [];
      for (let i = 0; i < kept.length; i++) {
        const at = i * CLAIM_WORDS;
        if (!register.claim(numbers[dataset], words[at], words[at + 1], words[at + 2])) refused.push(i);
      }
      return refused;
    },
  };
}
