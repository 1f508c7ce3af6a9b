import type { SeriesBatch } from '../../series/series-batch.js';
import { createClaimRecorder } from '../claim-recorder.js';
import { createRowProblems } from '../row-problems.js';
import type { LineBlock } from './line-blocks.js';
import { RowScanner } from './row-scanner.js';
import type { BlockFindings, TextPlan } from './text-plan.js';

/** Scans blocks of a text on whatever thread, in whatever order: what links them is left to a `TextPass`. */
export interface BlockScanner {
  /** `refused`: positions, among the rows that claim to be new, of those that are not. */
  scan(block: LineBlock, refused: readonly number[]): ScannedBlock;
  /** Takes back the arrays of the latest batch, which nobody needs any more, for the next one. */
  recycle(): void;
}

/** The rows of a block, and what was found beside them. */
export interface ScannedBlock {
  readonly batch: SeriesBatch | undefined;
  /** Whether no displacement of the batch is missing. */
  readonly isComplete: boolean;
  readonly findings: BlockFindings;
}

export function createBlockScanner({ layout, isStrict }: TextPlan, linesPerBlock: number): BlockScanner {
  const problems = createRowProblems(
    layout.file,
    { rowsRead: 0, skipped: [], warnings: [] },
    isStrict,
    'line',
  );
  const recorder = createClaimRecorder();
  const scanner = new RowScanner(layout, linesPerBlock, problems, recorder, recorder.addDataset());
  return {
    scan(block, refused) {
      recorder.refuse(refused);
      const batch = scanner.scan(block);
      const findings = { rowsRead: batch?.count ?? 0, claims: recorder.take(), problems: problems.take() };
      return { batch, isComplete: scanner.isComplete, findings };
    },
    recycle: () => scanner.recycle(),
  };
}
