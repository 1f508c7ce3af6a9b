/** How a network is trained. */
export interface TrainingOptions {
  readonly seed: number | string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: 'constant' | 'cosine';
  /** Epochs over which the learning rate rises to its full value. */
  readonly warmupEpochs: number;
  /** Decoupled weight decay; 0 is plain Adam. */
  readonly weightDecay: number;
  /** Longest gradient; `undefined` for no limit. */
  readonly longestGradient: number | undefined;
  /**
   * Share of the old average in a running average of the parameters, which is then what counts; `undefined` for none.
   */
  readonly averageDecay: number | undefined;
  readonly labelSmoothing: number;
  readonly classWeights: Readonly<Record<string, readonly number[]>>;
  readonly headWeights: Readonly<Record<string, number>>;
  /** What is watched on the validation samples: their loss, or the accuracy of the head named. */
  readonly watch: 'loss' | { readonly accuracyOf: string };
  /** Epochs without improvement after which training ends; `undefined` to go through all epochs. */
  readonly patience: number | undefined;
}

/** Where nothing else is said. */
export const TRAINING_DEFAULTS: TrainingOptions = {
  seed: 1,
  epochs: 60,
  batchSize: 128,
  learningRate: 1e-3,
  schedule: 'constant',
  warmupEpochs: 0,
  weightDecay: 0,
  longestGradient: undefined,
  averageDecay: undefined,
  labelSmoothing: 0,
  classWeights: {},
  headWeights: {},
  watch: 'loss',
  patience: undefined,
};
