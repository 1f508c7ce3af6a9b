import { GroundTrendError } from '../errors.js';
import { DISPLACEMENT_INPUT } from '../features/front-end.js';
import { float32Tensor } from '../network/tensor.js';
import type { Session } from '../runtime/session.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';
import type { BoundClassifier, ClassScores } from './classifier.js';

/** A network on one axis, and what its class head tells. */
export interface NetworkOnAxis {
  readonly session: Session;
  readonly classCount: number;
  /** The last entry of the class head tells that none of the classes describes a series. */
  readonly tellsOther: boolean;
  /** How many series the runtime is given at a time. */
  readonly seriesPerRun: number;
}

/** A cheap network of the same heads on the same axis, asked first. */
export interface SieveOnAxis {
  readonly session: Session;
  /** Places of the classes that it decides, where it finds one of them at least so probable. */
  readonly decides: readonly number[];
  readonly leastProbability: number;
}

/** A sieve is so small that a call costs more than it does for a few series. */
const SIEVED_PER_NETWORK_RUN = 2;
/** No series that was read is so long or so large that a sound network would overflow. */
const NO_PROBABILITIES = 'The model gives no probabilities: its sums overflow.';
const NO_PROBABILITIES_ADVICE = 'Its file is damaged, or was made by a training that diverged.';

/** What the heads of a network say of some series, a row a series. */
interface Answers {
  readonly classes: Float32Array;
  readonly classWidth: number;
  readonly jumps?: Float32Array;
  readonly trends?: Float32Array;
  readonly trendWidth: number;
}

/**
 * Classifies series by a network; where there is a sieve, by that one alone where it is sure enough. A series gets the same
 * scores whatever others it is classified with, but for last digits.
 */
export function bindNetwork(
  { session, classCount, tellsOther, seriesPerRun }: NetworkOnAxis,
  axis: EpochAxis,
  sieve?: SieveOnAxis,
): BoundClassifier {
  const epochs = axis.days.length;
  const gathered = new Float32Array(sieve ? seriesPerRun * epochs : 0);

  async function ask(network: Session, rows: Float32Array): Promise<Answers> {
    const count = rows.length / epochs;
    const heads = await network.run({ [DISPLACEMENT_INPUT]: float32Tensor(rows, [count, epochs]) });
    const classes = heads['probabilities.class'].data as Float32Array;
    const trends = heads['probabilities.trend']?.data as Float32Array | undefined;
    return {
      classes,
      classWidth: classes.length / count,
      jumps: heads['probabilities.jump']?.data as Float32Array | undefined,
      trends,
      trendWidth: (trends?.length ?? 0) / count,
    };
  }

  /** Scores what the sieve is sure of, and gives the numbers of all others, in rising order. */
  async function runSieve(
    { session: network, decides, leastProbability }: SieveOnAxis,
    rows: Float32Array,
    scores: ClassScores,
  ): Promise<Int32Array> {
    const count = rows.length / epochs;
    const perRun = SIEVED_PER_NETWORK_RUN * seriesPerRun;
    const open = new Int32Array(count);
    let openCount = 0;
    for (let start = 0; start < count; start += perRun) {
      const end = Math.min(start + perRun, count);
      const answers = await ask(network, rows.subarray(start * epochs, end * epochs));
      const { classes, classWidth } = answers;
      for (let point = start; point < end; point++) {
        const row = point - start;
        let isSure = false;
        for (const place of decides) isSure ||= classes[row * classWidth + place] >= leastProbability;
        if (isSure) copyScores(scores, point, answers, row, classCount);
        else open[openCount++] = point;
      }
    }
    return open.subarray(0, openCount);
  }

  async function runEvery(rows: Float32Array, count: number, scores: ClassScores): Promise<void> {
    for (let start = 0; start < count; start += seriesPerRun) {
      const end = Math.min(start + seriesPerRun, count);
      const answers = await ask(session, rows.subarray(start * epochs, end * epochs));
      for (let point = start; point < end; point++) {
        copyScores(scores, point, answers, point - start, classCount);
      }
    }
  }

  async function runChosen(rows: Float32Array, points: Int32Array, scores: ClassScores): Promise<void> {
    for (let start = 0; start < points.length; start += seriesPerRun) {
      const chosen = points.subarray(start, start + seriesPerRun);
      gatherRows(rows, chosen, epochs, gathered);
      const answers = await ask(session, gathered.subarray(0, chosen.length * epochs));
      chosen.forEach((point, row) => {
        copyScores(scores, point, answers, row, classCount);
      });
    }
  }

  return {
    async classify(displacements, count, isComplete = false) {
      const filled = isComplete ? displacements : fillGaps(axis, displacements, count);
      const rows = filled.subarray(0, count * epochs);
      const scores = emptyScores(session, count, classCount, tellsOther);
      if (sieve) await runChosen(rows, await runSieve(sieve, rows, scores), scores);
      else await runEvery(rows, count, scores);
      return scores;
    },
    async dispose() {
      await sieve?.session.dispose();
      await session.dispose();
    },
  };
}

function emptyScores(session: Session, count: number, classCount: number, tellsOther: boolean): ClassScores {
  return {
    probabilities: new Float32Array(count * classCount),
    outOfFamily: tellsOther ? new Float32Array(count) : undefined,
    jump: session.outputNames.includes('probabilities.jump') ? new Float32Array(count) : undefined,
    trend: session.outputNames.includes('probabilities.trend') ? new Uint8Array(count) : undefined,
  };
}

/** Copies the chosen rows into `gathered`, one after the other: by a plain loop, which makes nothing for a collector to clear. */
function gatherRows(rows: Float32Array, chosen: Int32Array, width: number, gathered: Float32Array): void {
  let to = 0;
  for (let i = 0; i < chosen.length; i++) {
    const start = chosen[i] * width;
    for (let from = start; from < start + width; from++) gathered[to++] = rows[from];
  }
}

/**
 * Copies what the heads say in one of their rows to the scores of a point. A class head with one entry more than there are
 * classes tells in the last whether none of them describes the series; the classes' probabilities are then those given that
 * one does.
 */
function copyScores(
  { probabilities, outOfFamily, jump, trend }: ClassScores,
  point: number,
  { classes, classWidth, jumps, trends, trendWidth }: Answers,
  row: number,
  classCount: number,
): void {
  const from = row * classWidth;
  let family = 0;
  for (let c = 0; c < classCount; c++) family += classes[from + c];
  if (!(family > 0)) {
    throw new GroundTrendError('model', NO_PROBABILITIES, { advice: NO_PROBABILITIES_ADVICE });
  }
  for (let c = 0; c < classCount; c++) probabilities[point * classCount + c] = classes[from + c] / family;
  if (outOfFamily) outOfFamily[point] = classes[from + classCount];
  if (jump) jump[point] = jumps![row];
  if (trend) trend[point] = likeliest(trends!, row * trendWidth, trendWidth);
}

/** The likeliest of some entries of the trend head, the first of equals. */
function likeliest(trends: Float32Array, from: number, width: number): number {
  let best = 0;
  for (let k = 1; k < width; k++) if (trends[from + k] > trends[from + best]) best = k;
  return best;
}
