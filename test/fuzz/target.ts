import type { Arbitrary } from 'fast-check';

/** One input: files by name (the first is the one that is opened), and numbers that say how they are read. */
export interface FuzzInput {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly settings?: Readonly<Record<string, number | string | readonly number[]>>;
}

/** What became of an input; one that is refused ended in a `GroundTrendError`. */
export type Outcome = 'accepted' | 'refused';

/** A target made ready in a process: where its inputs come from, and what is tried with one. */
export interface ReadyTarget {
  readonly inputs: Arbitrary<FuzzInput>;
  /**
   * Throws a `GroundTrendError` where the input is refused, which is fine, and anything else where something is wrong:
   * a crash, or a value that the reference does not have (`WrongValue`). `folder` is empty and belongs to the input.
   */
  check(input: FuzzInput, folder: string): Promise<void>;
}

/** Something that takes bytes from elsewhere. */
export interface FuzzTarget {
  readonly name: string;
  /** Its part of the inputs, beside the others'. */
  readonly share: number;
  prepare(): Promise<ReadyTarget>;
}

/** An input was taken, and what was made of it is not what it says. */
export class WrongValue extends Error {
  override readonly name = 'WrongValue';
}
