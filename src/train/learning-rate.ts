/** How the learning rate runs over a training: it stays, or falls along half a cosine, after a linear rise. */
export interface LearningRateSchedule {
  readonly learningRate: number;
  readonly schedule: 'constant' | 'cosine';
  readonly warmupEpochs: number;
  readonly epochs: number;
}

/** Learning rate of a step, counted from 0, when an epoch has `stepsPerEpoch`. */
export function learningRateAt(step: number, stepsPerEpoch: number, plan: LearningRateSchedule): number {
  const warmupSteps = plan.warmupEpochs * stepsPerEpoch;
  if (step < warmupSteps) return (plan.learningRate * (step + 1)) / warmupSteps;
  if (plan.schedule === 'constant') return plan.learningRate;
  const share = (step - warmupSteps) / (plan.epochs * stepsPerEpoch - warmupSteps);
  return (plan.learningRate * (1 + Math.cos(Math.PI * share))) / 2;
}
