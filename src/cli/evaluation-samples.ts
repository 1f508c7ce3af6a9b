import { GroundTrendError } from '../errors.js';
import type { LabelledStack } from '../evaluate/evaluate-classifier.js';
import { createEpochAxis, type EpochAxis } from '../series/epoch-axis.js';
import { showText } from '../shown-text.js';
import { egmsCalendar, granadaCalendar } from '../simulate/calendars.js';
import type { SeriesBank } from '../simulate/residual-bank.js';
import { simulateSamples } from '../simulate/samples.js';
import type { SampleNoise } from '../simulate/textbook-samples.js';
import { type FileUnits, loadSources } from '../train/load-readings.node.js';
import { formatCount } from './numbers.js';

export const SIMULATED_KINDS = ['white', 'correlated', 'walk', 'smooth', 'material'] as const;
export type SimulatedKind = (typeof SIMULATED_KINDS)[number];

/** Shares of cells without a value, and every how manyth date is kept, for the questions beside the main one. */
const MISSING_SHARES = [0.05, 0.15, 0.3];
const THINNINGS = [2, 3];
/** Calendars that simulated series are spread over. */
const CALENDARS = 5;

/** A real file whose dates simulated series are to have, and whose residuals are their noise. */
export interface RealNoise {
  readonly name: string;
  readonly axis: EpochAxis;
  readonly bank: SeriesBank;
}

export interface SimulatedRequest {
  readonly kind: SimulatedKind | RealNoise;
  readonly perClass: number;
  readonly seed: string;
  /** The only dates that the model takes; any where left out. Real noise has dates of its own. */
  readonly days?: ArrayLike<number>;
}

/** Takes a file apart. Throws `input` where none of its series can serve as noise. */
export async function loadRealNoise(path: string, units: FileUnits): Promise<RealNoise> {
  const [{ name, axis, bank }] = await loadSources([path], units);
  if (bank !== undefined && bank.count > 0) return { name, axis, bank };
  throw new GroundTrendError('input', 'No series of this file can serve as noise.', {
    place: { file: path },
    advice: 'It takes series without missing dates and without lasting excursions.',
  });
}

/** What a simulated set is, in words. */
export function describeKind(kind: SimulatedRequest['kind']): string {
  if (typeof kind === 'object') {
    const file = kind.name.split(/[\\/]/).at(-1) ?? '';
    return `of textbook shapes, residuals of ${formatCount(kind.bank.count)} real series of ${showText(file)} as noise`;
  }
  return kind === 'material' ? 'of the training simulator' : `of textbook shapes, ${kind} noise`;
}

/**
 * Simulated series on calendars like that of Granada, on the dates that the model takes, or on those of the file that
 * lends the noise.
 */
export function simulateStacks(request: SimulatedRequest): LabelledStack[] {
  return drawStacks(request, axesOf(request), request.seed, request.perClass);
}

/** The same kind of series with missing values, and on fewer and on more dates where these are free. */
export function simulateVariants(request: SimulatedRequest): {
  readonly missing: readonly LabelledStack[];
  readonly dates: readonly LabelledStack[];
} {
  const { kind, perClass, seed, days } = request;
  const axes = axesOf(request);
  const few = Math.max(20, Math.round(perClass / 3));
  const missing = MISSING_SHARES.flatMap((share) =>
    drawStacks(request, axes, `${seed}/missing ${share}`, few, share),
  );
  if (days !== undefined || typeof kind === 'object') return { missing, dates: [] };
  const thinned = THINNINGS.map((every) =>
    axes.map((axis) => createEpochAxis(axis.days.filter((_, i) => i % every === 0))),
  );
  const dates = [...thinned, [egmsCalendar('2020_2024', { seed })]].flatMap((others) =>
    drawStacks(request, others, `${seed}/${others[0].days.length}`, few),
  );
  return { missing, dates };
}

/**
 * Where dates are free, several calendars: which gaps a calendar happens to have, and where, can matter more than which
 * series are drawn on it.
 */
function axesOf({ kind, seed, days }: SimulatedRequest): readonly EpochAxis[] {
  if (typeof kind === 'object') return [kind.axis];
  if (days !== undefined) return [createEpochAxis(days)];
  return Array.from({ length: CALENDARS }, (_, k) => granadaCalendar(`${seed}/calendar ${k + 1}`));
}

/** So many series of each class over all calendars, or a few more. */
function drawStacks(
  request: SimulatedRequest,
  axes: readonly EpochAxis[],
  seed: string,
  seriesPerClass: number,
  missingShare?: number,
): LabelledStack[] {
  if (axes.length === 1) return [drawStack(request, axes[0], seed, seriesPerClass, missingShare)];
  const each = Math.ceil(seriesPerClass / axes.length);
  return axes.map((axis, k) => drawStack(request, axis, `${seed}/calendar ${k + 1}`, each, missingShare));
}

function drawStack(
  { kind }: SimulatedRequest,
  axis: EpochAxis,
  seed: string,
  seriesPerClass: number,
  missingShare?: number,
): LabelledStack {
  const noise: SampleNoise = typeof kind === 'object' ? kind.bank : kind === 'material' ? 'white' : kind;
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
  const name = typeof kind === 'object' ? kind.name : `${kind} noise`;
  return { name, axis, count, displacements, labels, noncentrality };
}
