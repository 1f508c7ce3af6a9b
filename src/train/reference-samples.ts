import { GroundTrendError } from '../errors.js';
import type { Dataset } from '../series/dataset.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { type JoinedDataset, joinColumn, joinTable, type LabelSource } from './join-labels.js';
import { createProblems, LABEL_PROBLEMS, type LabelProblem, type Problems } from './label-problems.js';

/** Fewer series than this in a class, and it is said that it can hardly be learned. */
const FEWEST_PER_CLASS = 10;
const MOST_CLASSES = 20;
/** Stands for "no second reading". */
export const NO_LABEL = 255;

/** Labelled series of one file, on one date axis. */
export interface ReferenceStack {
  readonly name: string;
  readonly axis: EpochAxis;
  readonly count: number;
  readonly pids: readonly string[];
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
  /** Row-major, mm, `NaN` = missing. */
  readonly displacements: Float32Array;
  /** Positions in the classes. */
  readonly labels: Uint8Array;
  /** The second reading, `NO_LABEL` where there is none; absent where the labels hold one reading only. */
  readonly second?: Uint8Array;
}

export interface ReferenceSamples {
  readonly classes: readonly string[];
  readonly stacks: readonly ReferenceStack[];
  /** Series of every class. */
  readonly counts: readonly number[];
  readonly problems: readonly LabelProblem[];
  /** Things worth knowing that did not stop the reading: what the files' readers say, classes with few series. */
  readonly warnings: readonly string[];
  /** Who read the labels, as far as it is known. */
  readonly annotators: readonly string[];
}

export interface ReferenceOptions {
  /** Class names in the order of their codes; `found` takes the names that occur, in alphabetical order. */
  readonly classes: readonly string[] | 'found';
  readonly signal?: AbortSignal;
}

/**
 * Joins series with their labels. Labels are names (in any case) or codes of the classes. What cannot be used is left
 * out, counted and named in `problems`.
 *
 * Throws `input` where no label meets a series, where only one class is left, or where a column of labels is missing;
 * `usage` for fewer than 2 or more than 20 classes.
 */
export async function collectReferenceSamples(
  datasets: readonly Dataset[],
  source: LabelSource,
  options: ReferenceOptions,
): Promise<ReferenceSamples> {
  const problems = createProblems();
  const joined =
    source.kind === 'table'
      ? await joinTable(datasets, source.table, options.signal, problems)
      : await joinColumn(datasets, source.column, options.signal);
  const classes = options.classes === 'found' ? foundClasses(joined) : options.classes;
  if (joined.every(({ points }) => points.length === 0)) throw noLabels(problems.list, datasets);
  checkClasses(classes);
  const stacks = joined
    .map((points) => buildStack(points, classes, problems))
    .filter((stack) => stack.count > 0);
  const counts = classes.map((_, code) =>
    stacks.reduce((sum, { labels }) => sum + labels.filter((label) => label === code).length, 0),
  );
  checkCounts(classes, counts, problems.list, datasets);
  return {
    classes,
    stacks,
    counts,
    problems: problems.list,
    // A class that nobody labelled is no mistake: the five trends are offered whether they occur or not.
    warnings: [
      ...datasets.flatMap(readerNotes),
      ...classes.flatMap((name, code) =>
        counts[code] === 0 || counts[code] >= FEWEST_PER_CLASS
          ? []
          : [`class ${name} has ${counts[code]} series only`],
      ),
    ],
    annotators: source.kind === 'table' ? source.table.annotators : [],
  };
}

/** What a file's reader has to say: doubts about its unit, rows left out. */
function readerNotes({ name, report }: Dataset): string[] {
  return [
    ...report.skipped.map(
      ({ reason, count }) => `${name}: left out ${count} ${count === 1 ? 'row' : 'rows'}, ${reason}`,
    ),
    ...report.warnings.map((warning) => `${name}: ${warning}`),
  ];
}

/** The labels that occur, as they are written first: `creep` and `Creep` are one. */
function foundClasses(joined: readonly JoinedDataset[]): string[] {
  const spellings = new Map<string, string>();
  for (const { points } of joined) {
    for (const label of points.map((point) => point.label.trim())) {
      const key = label.toLowerCase();
      if (label !== '' && !spellings.has(key)) spellings.set(key, label);
    }
  }
  return [...spellings.values()].sort();
}

function checkClasses(classes: readonly string[]): void {
  const distinct = new Set(classes.map((name) => name.toLowerCase()));
  if (classes.length >= 2 && classes.length <= MOST_CLASSES && distinct.size === classes.length) return;
  throw new GroundTrendError(
    'usage',
    `There must be 2 to ${MOST_CLASSES} different classes, not ${distinct.size}: ${classes.slice(0, 8).join(', ')}.`,
  );
}

function noLabels(problems: readonly LabelProblem[], datasets: readonly Dataset[]): GroundTrendError {
  return new GroundTrendError('input', 'No label belongs to a series here.', {
    place: placeOf(datasets),
    advice: leftOut(problems),
  });
}

const placeOf = (datasets: readonly Dataset[]) => ({ file: datasets.map(({ name }) => name).join(', ') });

function leftOut(problems: readonly LabelProblem[]): string | undefined {
  const reasons = problems.map(({ reason, count, examples }) => `${count} x ${reason} (${examples[0]}, ...)`);
  return reasons.length > 0 ? `Left out: ${reasons.join('; ')}.` : undefined;
}

function buildStack(
  { dataset, points }: JoinedDataset,
  classes: readonly string[],
  problems: Problems,
): ReferenceStack {
  const codes = new Map(classes.map((name, code) => [name.toLowerCase(), code]));
  classes.forEach((_, code) => {
    if (!codes.has(String(code))) codes.set(String(code), code);
  });
  const codeOf = (label: string) => codes.get(label.trim().toLowerCase());
  const usable = points.filter(({ pid, label, series }) => {
    if (codeOf(label) === undefined) {
      problems.add(LABEL_PROBLEMS.unknown, `"${label}" of ${pid}`);
      return false;
    }
    if (series.every(Number.isNaN)) {
      problems.add(LABEL_PROBLEMS.noValues, `${pid} (${dataset.name})`);
      return false;
    }
    return true;
  });
  const epochs = dataset.axis.days.length;
  const displacements = new Float32Array(usable.length * epochs);
  usable.forEach(({ series }, index) => {
    displacements.set(series, index * epochs);
  });
  const hasSecond = usable.some(({ second }) => second !== undefined);
  return {
    name: dataset.name,
    axis: dataset.axis,
    count: usable.length,
    pids: usable.map(({ pid }) => pid),
    longitude: Float64Array.from(usable, ({ longitude }) => longitude),
    latitude: Float64Array.from(usable, ({ latitude }) => latitude),
    displacements,
    labels: Uint8Array.from(usable, ({ label }) => codeOf(label)!),
    ...(hasSecond && {
      second: Uint8Array.from(usable, ({ second }) =>
        second === undefined ? NO_LABEL : (codeOf(second) ?? NO_LABEL),
      ),
    }),
  };
}

function checkCounts(
  classes: readonly string[],
  counts: readonly number[],
  problems: readonly LabelProblem[],
  datasets: readonly Dataset[],
): void {
  const present = classes.filter((_, code) => counts[code] > 0);
  if (present.length >= 2) return;
  if (present.length === 0) throw noLabels(problems, datasets);
  throw new GroundTrendError(
    'input',
    `All labelled series are ${present[0]}: there is nothing to tell apart.`,
    {
      place: placeOf(datasets),
      advice: leftOut(problems) ?? 'Label series of at least two classes.',
    },
  );
}
