import { GroundTrendError, throwIfCancelled } from '../errors.js';
import type { Dataset } from '../series/dataset.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { type SeriesBatch, seriesOf } from '../series/series-batch.js';
import type { LabelRow, LabelTable } from './label-file.js';

/** Fewer series than this in a class, and it is said that it can hardly be learned. */
export const FEWEST_PER_CLASS = 10;
export const MOST_CLASSES = 20;
/** Stands for "no second reading". */
export const NO_LABEL = 255;
const EXAMPLES = 5;

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

export const LABEL_PROBLEMS = {
  unknown: 'unknown label',
  contradiction: 'contradicting labels for one series',
  duplicate: 'the same label twice',
  noSeries: 'label without a series',
  noValues: 'series without any displacement',
} as const;

/** Labels that were left out for one reason: how many, and the first few. */
export interface LabelProblem {
  readonly reason: (typeof LABEL_PROBLEMS)[keyof typeof LABEL_PROBLEMS];
  count: number;
  readonly examples: string[];
}

export interface ReferenceSamples {
  readonly classes: readonly string[];
  readonly stacks: readonly ReferenceStack[];
  /** Series of every class. */
  readonly counts: readonly number[];
  readonly problems: readonly LabelProblem[];
  /** Things worth knowing that did not stop the reading: classes with few series. */
  readonly warnings: readonly string[];
  /** Who read the labels, as far as it is known. */
  readonly annotators: readonly string[];
}

/** Where labels come from: a label file, or a column of the series' own files. */
export type LabelSource =
  | { readonly kind: 'table'; readonly table: LabelTable }
  | { readonly kind: 'column'; readonly column: string };

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
    warnings: classes.flatMap((name, code) =>
      counts[code] >= FEWEST_PER_CLASS ? [] : [`class ${name} has ${counts[code]} series only`],
    ),
    annotators: source.kind === 'table' ? source.table.annotators : [],
  };
}

/** A series that some label names. */
interface LabelledPoint {
  readonly pid: string;
  readonly label: string;
  readonly second: string | undefined;
  readonly longitude: number;
  readonly latitude: number;
  readonly series: Float32Array;
}

interface JoinedDataset {
  readonly dataset: Dataset;
  readonly points: LabelledPoint[];
}

type Problems = ReturnType<typeof createProblems>;

function createProblems() {
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

async function joinTable(
  datasets: readonly Dataset[],
  table: LabelTable,
  signal: AbortSignal | undefined,
  problems: Problems,
): Promise<JoinedDataset[]> {
  const rows = uniqueRows(table, problems);
  const byPid = new Map<string, LabelRow[]>();
  for (const row of rows) byPid.set(row.pid, [...(byPid.get(row.pid) ?? []), row]);
  const met = new Set<LabelRow>();
  const joined: JoinedDataset[] = [];
  for (const dataset of datasets) {
    const points: LabelledPoint[] = [];
    for await (const batch of dataset.batches({ signal })) {
      throwIfCancelled(signal);
      batch.pids.forEach((pid, index) => {
        const row = byPid.get(pid)?.find(({ file }) => file === undefined || isSameFile(dataset.name, file));
        if (row === undefined) return;
        met.add(row);
        points.push(takePoint(batch, index, row.label, row.second));
      });
    }
    joined.push({ dataset, points });
  }
  for (const row of rows) {
    if (!met.has(row)) problems.add(LABEL_PROBLEMS.noSeries, `${row.pid} (${table.name} line ${row.line})`);
  }
  return joined;
}

/** One row a series; where rows contradict each other none of them is kept. */
function uniqueRows(table: LabelTable, problems: Problems): LabelRow[] {
  const bySeries = new Map<string, LabelRow[]>();
  for (const row of table.rows) {
    const key = `${row.file ?? ''}\n${row.pid}`;
    bySeries.set(key, [...(bySeries.get(key) ?? []), row]);
  }
  const kept: LabelRow[] = [];
  for (const rows of bySeries.values()) {
    const labels = new Set(rows.map(({ label }) => label.toLowerCase()));
    const [first, ...others] = rows;
    if (labels.size > 1) {
      const lines = rows.map(({ line, label }) => `${label} in line ${line}`).join(', ');
      problems.add(LABEL_PROBLEMS.contradiction, `${first.pid} (${table.name}: ${lines})`);
      continue;
    }
    for (const { pid, line } of others) {
      problems.add(LABEL_PROBLEMS.duplicate, `${pid} (${table.name} line ${line})`);
    }
    kept.push(first);
  }
  return kept;
}

/** Whether a label file means this dataset: `a.zip` and `folder/a.zip` both mean `/data/folder/a.zip/a.csv`. */
function isSameFile(datasetName: string, file: string): boolean {
  const wanted = `/${file.replaceAll('\\', '/').split('/').pop()}/`;
  return `/${datasetName.replaceAll('\\', '/')}/`.includes(wanted);
}

async function joinColumn(
  datasets: readonly Dataset[],
  column: string,
  signal: AbortSignal | undefined,
): Promise<JoinedDataset[]> {
  const joined: JoinedDataset[] = [];
  for (const dataset of datasets) {
    if (!dataset.fields.some(({ name }) => name === column)) {
      throw new GroundTrendError('input', `There is no column ${column} with labels.`, {
        place: { file: dataset.name },
        advice: `It has: ${dataset.fields.map(({ name }) => name).join(', ') || 'displacements only'}. A label file is given with --labels.`,
      });
    }
    const points: LabelledPoint[] = [];
    for await (const batch of dataset.batches({ signal })) {
      throwIfCancelled(signal);
      const attribute = batch.attributes.find(({ name }) => name === column);
      batch.pids.forEach((_, index) => {
        const value = attribute?.values[index];
        const label = value === undefined || Number.isNaN(value) ? '' : String(value);
        if (label !== '') points.push(takePoint(batch, index, label, undefined));
      });
    }
    joined.push({ dataset, points });
  }
  return joined;
}

function takePoint(
  batch: SeriesBatch,
  index: number,
  label: string,
  second: string | undefined,
): LabelledPoint {
  return {
    pid: batch.pids[index],
    label,
    second,
    longitude: batch.longitude[index],
    latitude: batch.latitude[index],
    series: seriesOf(batch, index).slice(),
  };
}

function foundClasses(joined: readonly JoinedDataset[]): string[] {
  return [...new Set(joined.flatMap(({ points }) => points.map(({ label }) => label.trim())))].sort();
}

function checkClasses(classes: readonly string[]): void {
  const distinct = new Set(classes.map((name) => name.toLowerCase()));
  if (classes.length >= 2 && classes.length <= MOST_CLASSES && distinct.size === classes.length) return;
  throw new GroundTrendError(
    'usage',
    `There must be 2 to ${MOST_CLASSES} different classes, not ${distinct.size}: ${classes.slice(0, 8).join(', ')}.`,
  );
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
  const place = { file: datasets.map(({ name }) => name).join(', ') };
  const reasons = problems.map(({ reason, count, examples }) => `${count} x ${reason} (${examples[0]}, ...)`);
  const advice = reasons.length > 0 ? `Left out: ${reasons.join('; ')}.` : undefined;
  if (present.length === 0)
    throw new GroundTrendError('input', 'No label belongs to a series here.', { place, advice });
  throw new GroundTrendError(
    'input',
    `All labelled series are ${present[0]}: there is nothing to tell apart.`,
    {
      place,
      advice: advice ?? 'Label series of at least two classes.',
    },
  );
}
