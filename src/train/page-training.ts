/** How a training that was ordered from the page goes. */
export interface PageTraining {
  readonly phase: 'idle' | 'training' | 'classifying' | 'done' | 'failed' | 'cancelled';
  /** Counts the trainings of this server; the files of the last one that is done carry it in their names. */
  readonly run: number;
  /** 0 to 1, where the child says it. */
  readonly fraction: number | undefined;
  /** The child's last line. */
  readonly line: string;
  /** What went wrong, in the words of the command line. */
  readonly problem: string;
  /** On the labels kept for testing. */
  readonly test: TrainingTest | undefined;
}

/** Before the first training. */
export const IDLE_TRAINING: PageTraining = {
  phase: 'idle',
  run: 0,
  fraction: undefined,
  line: '',
  problem: '',
  test: undefined,
};

/** How a training done from the page did on labels it was not taught: share of right answers with its 95 % interval. */
export interface TrainingTest {
  readonly points: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  /** Labels that could not be used, and why; a line each. */
  readonly notes: readonly string[];
}
