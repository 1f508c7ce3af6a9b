import { judgeClaims } from '../read/claim-recorder.js';
import { createPidRegister } from '../read/pid-register.js';

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
    judge: (dataset, { words }) => judgeClaims(register, numbers[dataset], words),
  };
}
