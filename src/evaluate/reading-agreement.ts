import { type ConfusionMatrix, countPair, createConfusionMatrix } from './confusion-matrix.js';
import { type Estimate, shareEstimate } from './interval.js';
import { computeKappa } from './kappa.js';

/** Labelled series with what readers and a classifier say of each. Codes are positions in `classes`. */
export interface ReadAndClassified {
  /** The five trends, then Other: none describes it honestly. */
  readonly classes: readonly string[];
  /** File or product of every series. */
  readonly sources: readonly string[];
  /** Codes by every reader, 0 to 5. */
  readonly readers: readonly ArrayLike<number>[];
  /** The classifier's trend, 0 to 4, and its answer where Other counts too, 0 to 5. */
  readonly trend: ArrayLike<number>;
  readonly answer: ArrayLike<number>;
}

/** How far a classifier agrees with readers, by the measures that this project is judged by. */
export interface ReadingAgreement {
  /** Of series on which all readers agree on one of the five trends: the share that the classifier meets. */
  readonly met: Estimate;
  /** The same with Quadratic and Bilinear taken as one. */
  readonly metMerged: Estimate;
  /** Of those agreed to be another trend: the share called PUE. */
  readonly falsePue: Estimate;
  readonly agreed: number;
  readonly bySource: readonly { readonly source: string; readonly agreed: number; readonly met: Estimate }[];
  /** How far the first two readers agree with each other, which bounds what agreement with them can mean. */
  readonly readersAgree: { readonly share: Estimate; readonly kappa: number } | undefined;
  /** Cohen's kappa with every reader over all series, Other counted as an answer. */
  readonly kappas: readonly number[];
  /** Agreed labels (rows) against the classifier's answers, Other included. */
  readonly matrix: ConfusionMatrix;
}

const QUADRATIC = 2;
const BILINEAR = 3;
const PUE = 4;
const OTHER = 5;

export function measureAgreement(series: ReadAndClassified): ReadingAgreement {
  const { classes, readers, sources, trend, answer } = series;
  const matrix = createConfusionMatrix(classes);
  const counts = { agreed: 0, met: 0, merged: 0, notPue: 0, falsePue: 0 };
  const bySource = new Map<string, { agreed: number; met: number }>();
  for (let i = 0; i < sources.length; i++) {
    const label = readers[0][i];
    if (readers.some((codes) => codes[i] !== label)) continue;
    countPair(matrix, label, answer[i]);
    if (label === OTHER) continue;
    const isMet = trend[i] === label;
    counts.agreed += 1;
    if (isMet) counts.met += 1;
    if (mergeBends(trend[i]) === mergeBends(label)) counts.merged += 1;
    if (label !== PUE) counts.notPue += 1;
    if (label !== PUE && trend[i] === PUE) counts.falsePue += 1;
    const own = bySource.get(sources[i]) ?? { agreed: 0, met: 0 };
    bySource.set(sources[i], { agreed: own.agreed + 1, met: own.met + (isMet ? 1 : 0) });
  }
  return {
    met: shareEstimate(counts.met, counts.agreed),
    metMerged: shareEstimate(counts.merged, counts.agreed),
    falsePue: shareEstimate(counts.falsePue, counts.notPue),
    agreed: counts.agreed,
    bySource: Array.from(bySource, ([source, { agreed, met }]) => ({
      source,
      agreed,
      met: shareEstimate(met, agreed),
    })),
    readersAgree: readers.length < 2 ? undefined : compareReaders(readers[0], readers[1], sources.length),
    kappas: readers.map((codes) => cohensKappa(codes, answer, sources.length)),
    matrix,
  };
}

function compareReaders(first: ArrayLike<number>, second: ArrayLike<number>, count: number) {
  let same = 0;
  for (let i = 0; i < count; i++) if (first[i] === second[i]) same++;
  return { share: shareEstimate(same, count), kappa: cohensKappa(first, second, count) };
}

function mergeBends(code: number): number {
  return code === BILINEAR ? QUADRATIC : code;
}

function cohensKappa(left: ArrayLike<number>, right: ArrayLike<number>, count: number): number {
  const byItem = (codes: ArrayLike<number>) =>
    new Map(Array.from({ length: count }, (_, i) => [String(i), String(codes[i])]));
  return computeKappa(byItem(left), byItem(right)).kappa;
}
