import type { LabelledStack } from '../evaluate/evaluate-classifier.js';
import { createEpochAxis, type EpochAxis } from '../series/epoch-axis.js';
import { egmsCalendar, granadaCalendar } from '../simulate/calendars.js';
import { simulateSamples } from '../simulate/samples.js';
import type { SampleNoise } from '../simulate/textbook-samples.js';

export const SIMULATED_KINDS = ['white', 'correlated', 'walk', 'smooth', 'material'] as const;
export type SimulatedKind = (typeof SIMULATED_KINDS)[number];

/** Shares of cells without a value, and every how manyth date is kept, for the questions beside the main one. */
const MISSING_SHARES = [0.05, 0.15, 0.3];
const THINNINGS = [2, 3];

export interface SimulatedRequest {
  readonly kind: SimulatedKind;
  readonly perClass: number;
  readonly seed: string;
  /** The only dates that the model takes; any where left out. */
  readonly days?: ArrayLike<number>;
}

/** Simulated series on the dates of Granada, or on those that the model takes. */
export function simulateStack({ kind, perClass, seed, days }: SimulatedRequest): LabelledStack {
  const axis = days === undefined ? granadaCalendar(seed) : createEpochAxis(days);
  return drawStack(kind, axis, seed, perClass);
}

/** The same kind of series with missing values, and on fewer and on more dates where the model takes any. */
export function simulateVariants({ kind, perClass, seed, days }: SimulatedRequest): {
  readonly missing: readonly LabelledStack[];
  readonly dates: readonly LabelledStack[];
} {
  const axis = days === undefined ? granadaCalendar(seed) : createEpochAxis(days);
  const few = Math.max(20, Math.round(perClass / 3));
  const missing = MISSING_SHARES.map((share) =>
    drawStack(kind, axis, `${seed}/missing ${share}`, few, share),
  );
  if (days !== undefined) return { missing, dates: [] };
  const axes = [
    ...THINNINGS.map((every) => createEpochAxis(axis.days.filter((_, i) => i % every === 0))),
    egmsCalendar('2020_2024', { seed }),
  ];
  return { missing, dates: axes.map((other) => drawStack(kind, other, `${seed}/${other.days.length}`, few)) };
}

function drawStack(
  kind: SimulatedKind,
  axis: EpochAxis,
  seed: string,
  seriesPerClass: number,
  missingShare?: number,
): LabelledStack {
  const noise: SampleNoise = kind === 'material' ? 'white' : kind;
  const samples = simulateSamples({
    kind: kind === 'material' ? 'material' : 'textbook',
    noise,
    axis,
    seed: `${seed}/evaluation`,
    seriesPerClass,
    missingShare,
  });
  const { count, displacements, labels, truth } = samples;
  const noncentrality = kind === 'material' ? undefined : truth.noncentrality;
  return { name: `${kind} noise`, axis, count, displacements, labels, noncentrality };
}
