/** How many trials start, and how long they are trained before all but the best are dropped. */
export interface HalvingPlan {
  readonly trials: number;
  /** Epochs of every round; each round keeps the best third of the one before. */
  readonly epochs: readonly number[];
}

/** What a trial reached in a round. */
export interface TrialScore {
  readonly trial: number;
  readonly round: number;
  /** Share of the validation samples classified rightly. */
  readonly accuracy: number;
}

export interface TrialJob {
  readonly trial: number;
  readonly round: number;
  readonly epochs: number;
}

const KEPT_SHARE = 1 / 3;

/**
 * Jobs that are left of the earliest round that is not complete; none when all rounds are (successive halving: Karnin,
 * Koren and Somekh 2013, Jamieson and Talwalkar 2016). Depends on the scores alone, so that a search can go on after an
 * interruption.
 */
export function remainingJobs(plan: HalvingPlan, scores: readonly TrialScore[]): TrialJob[] {
  let members = Array.from({ length: plan.trials }, (_, trial) => trial);
  for (const [round, epochs] of plan.epochs.entries()) {
    const done = new Map(
      scores.filter((score) => score.round === round).map((score) => [score.trial, score.accuracy]),
    );
    const left = members.filter((trial) => !done.has(trial));
    if (left.length > 0) return left.map((trial) => ({ trial, round, epochs }));
    const kept = Math.max(1, Math.ceil(members.length * KEPT_SHARE));
    members = members.sort((a, b) => done.get(b)! - done.get(a)! || a - b).slice(0, kept);
  }
  return [];
}

/** Jobs of the whole plan. */
export function countJobs({ trials, epochs }: HalvingPlan): number {
  let members = trials;
  let jobs = 0;
  for (let round = 0; round < epochs.length; round++) {
    jobs += members;
    members = Math.max(1, Math.ceil(members * KEPT_SHARE));
  }
  return jobs;
}
