import { GroundTrendError } from '../errors.js';
import { LABEL_LOG_HEADER } from '../evaluate/label-log.js';
import { splitCells } from '../read/delimited/cell-text.js';

/** One reading of one series, as a label file or a column of the series' own file says it. */
export interface LabelRow {
  readonly pid: string;
  /** Name or code of the class, as written. */
  readonly label: string;
  /** A second reading of the same series, where there is one. */
  readonly second?: string;
  /** The file of series that the pid belongs to; any file where left out. */
  readonly file?: string;
  readonly annotator?: string;
  /** Line of the label file, 1 is the header. */
  readonly line: number;
}

/** A label file as read. */
export interface LabelTable {
  readonly name: string;
  readonly rows: readonly LabelRow[];
  /** Who read the labels, as the file says; empty where it does not. */
  readonly annotators: readonly string[];
}

export interface LabelColumns {
  /** Column of the labels; `label`, `class` or `label_1` where left out. */
  readonly label?: string;
  /** Column of a second reading; `label_2` beside `label_1` where left out. */
  readonly second?: string;
}

/** The best first, as for the labels. */
const PID_NAMES = ['pid', 'id', 'point', 'point_id', 'code'];
const LABEL_NAMES = ['label', 'class', 'label_1'];
const ANNOTATOR_NAMES = ['annotator', 'reader', 'labelled_by'];

/**
 * Reads a label file: delimited text with a line of titles, one line a series: pid and label, perhaps file, annotator,
 * date, note and anything else, in any order. Of a log as `explore` writes it, the last word of every annotator counts:
 * a later line replaces an earlier one, an empty label takes it back, a last line cut off by a crash is left out.
 * Throws `input` where there is no such column, or a line cannot be read.
 */
export function parseLabelFile(text: string, name: string, columns: LabelColumns = {}): LabelTable {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const delimiter = [',', ';', '\t'].find((mark) => lines[0].includes(mark)) ?? ',';
  const titles = (splitCells(lines[0], delimiter) ?? []).map((title) => title.trim().toLowerCase());
  const find = (names: readonly string[]) => titles.findIndex((title) => names.includes(title));
  const pidAt = firstOf(titles, PID_NAMES);
  const labelAt =
    columns.label === undefined ? firstOf(titles, LABEL_NAMES) : find([columns.label.toLowerCase()]);
  if (pidAt < 0 || labelAt < 0) {
    throw new GroundTrendError(
      'input',
      `A label file needs a column ${pidAt < 0 ? 'pid' : (columns.label ?? 'label')}.`,
      {
        place: { file: name, line: 1 },
        advice: `It has: ${titles.filter((title) => title !== '').join(', ') || 'no titles'}.`,
      },
    );
  }
  for (const at of [pidAt, labelAt]) {
    if (titles.indexOf(titles[at]) === titles.lastIndexOf(titles[at])) continue;
    throw new GroundTrendError('input', `Two columns are called ${titles[at]}.`, {
      place: { file: name, line: 1 },
      advice: 'Remove or rename one of the two.',
    });
  }
  const secondAt = findSecond(titles, labelAt, columns.second, name);
  const [fileAt, annotatorAt] = [find(['file']), find(ANNOTATOR_NAMES)];
  const isLog = lines[0].trim() === LABEL_LOG_HEADER;
  const rows: LabelRow[] = [];
  lines.slice(1).forEach((line, index) => {
    if (line.trim() === '') return;
    const cells = splitCells(line, delimiter);
    const isCutOff = isLog && index === lines.length - 2 && (cells?.length ?? 0) < titles.length;
    if (isCutOff) return;
    const at = { file: name, line: index + 2 };
    const extra = cells?.slice(titles.length).some((cell) => cell !== '');
    if (cells === undefined || extra || cells[labelAt] === undefined || cells[pidAt] === undefined) {
      throw new GroundTrendError('input', 'This line has not as many cells as the header.', { place: at });
    }
    const optional = (column: number) => (column < 0 || cells[column] === '' ? undefined : cells[column]);
    rows.push({
      pid: cells[pidAt],
      label: cells[labelAt],
      second: optional(secondAt),
      file: optional(fileAt),
      annotator: optional(annotatorAt),
      line: at.line,
    });
  });
  const settled = isLog ? lastWords(rows) : rows;
  const annotators = new Set(settled.flatMap(({ annotator }) => annotator ?? []));
  return { name, rows: settled, annotators: [...annotators] };
}

/** The last label that every annotator gave to a series, where it was not taken back. */
function lastWords(rows: readonly LabelRow[]): LabelRow[] {
  const last = new Map<string, LabelRow>();
  for (const row of rows) last.set(`${row.annotator ?? ''}\n${row.pid}`, row);
  return [...last.values()].filter(({ label }) => label !== '');
}

/** The position of the first of some names that is among the titles: names are in order of preference. */
function firstOf(titles: readonly string[], names: readonly string[]): number {
  return names.map((name) => titles.indexOf(name)).find((at) => at >= 0) ?? -1;
}

function findSecond(
  titles: readonly string[],
  labelAt: number,
  wanted: string | undefined,
  file: string,
): number {
  if (wanted === undefined) return titles[labelAt] === 'label_1' ? titles.indexOf('label_2') : -1;
  const at = titles.indexOf(wanted.toLowerCase());
  if (at >= 0) return at;
  throw new GroundTrendError('input', `There is no column ${wanted}.`, {
    place: { file, line: 1 },
    advice: `It has: ${titles.join(', ')}.`,
  });
}
