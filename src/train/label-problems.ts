const EXAMPLES = 5;

export const LABEL_PROBLEMS = {
  unknown: 'unknown label',
  contradiction: 'contradicting labels for one series',
  duplicate: 'the same label twice',
  noSeries: 'label without a series',
  manySeries: 'label without a file for a pid that stands in several',
  noValues: 'series without any displacement',
} as const;

/** Labels that were left out for one reason: how many, and the first few. */
export interface LabelProblem {
  readonly reason: (typeof LABEL_PROBLEMS)[keyof typeof LABEL_PROBLEMS];
  count: number;
  readonly examples: string[];
}

/** Collects what had to be left out. */
export type Problems = ReturnType<typeof createProblems>;

export function createProblems() {
  const list: LabelProblem[] = [];
  return {
    list,
    add(reason: LabelProblem['reason'], example: string): void {
      let problem = list.find((known) => known.reason === reason);
      if (problem === undefined) {
        problem = { reason, count: 0, examples: [] };
        list.push(problem);
      }
      problem.count++;
      if (problem.examples.length < EXAMPLES) problem.examples.push(example);
    },
  };
}
