import type { BatchOptions, Dataset } from '../../series/dataset.js';
import type { SeriesBatch } from '../../series/series-batch.js';
import type { ProblemTally } from '../row-problems.js';
import type { BlockMemory } from './block-memory.js';
import type { LineBlock } from './line-blocks.js';
import type { TableLayout } from './table-layout.js';

/** What decides how the lines of a text are read: data only, so that another thread reads them the same. */
export interface TextPlan {
  readonly layout: TableLayout;
  /** Whether the first row that cannot be used ends the reading. */
  readonly isStrict: boolean;
}

/** What the scan of a block found beside its rows. */
export interface BlockFindings {
  readonly rowsRead: number;
  /** Of every row, in their order: see `createClaimRecorder`. */
  readonly claims: Uint32Array;
  readonly problems: ProblemTally;
}

/** One reading of a text whose blocks are scanned elsewhere. */
export interface TextPass {
  /** The blocks in their order, one for each batch; `memory`: see `LineBlockOptions`. */
  read(options: BatchOptions, memory: BlockMemory): AsyncIterable<LineBlock>;
  /** Asks of the rows of the next block which came before: those must be left out, and the block scanned again. */
  refuse(claims: Uint32Array): number[];
  /** Takes down what was found in the next block, in the end. */
  add(findings: Omit<BlockFindings, 'claims'>): void;
  finish(): void;
}

/** A dataset as text that other threads can read. */
export interface DatasetText {
  readonly plan: TextPlan;
  /** The batches that the blocks stand for. */
  readonly batches: (options?: BatchOptions) => AsyncIterable<SeriesBatch>;
  startPass(): TextPass;
}

/**
 * The text of a dataset; `undefined` where it is none, or where the dataset was made from another one, whose batches
 * are not its own.
 */
export function textOf(dataset: Dataset & { readonly text?: DatasetText }): DatasetText | undefined {
  return dataset.text?.batches === dataset.batches ? dataset.text : undefined;
}
