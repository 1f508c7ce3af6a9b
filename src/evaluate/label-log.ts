import { GroundTrendError } from '../errors.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { quoteCell } from '../write/text/csv-encoder.js';

/** What a person can say of a series: a trend, or that none of them describes it. */
export const LABELS = [...TREND_CLASSES, 'Other'] as const;

/** One line of a log of labels; an empty label takes the same annotator's earlier one back. */
export interface LabelEntry {
  readonly pid: string;
  readonly label: string;
  readonly annotator: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly note: string;
}

/** First line of a log of labels. */
export const LABEL_LOG_HEADER = 'pid,label,annotator,date,note';
const LONGEST_TEXT = 500;

/** One line of the log, with its line feed. Throws `input` where the entry is none. */
export function formatLabelEntry(entry: LabelEntry): string {
  checkEntry(entry);
  return `${[entry.pid, entry.label, entry.annotator, entry.date, entry.note].map(quoteCell).join(',')}\n`;
}

/**
 * Reads a log of labels. A last line without its line feed was cut off by a crash and is left out; throws `input` with
 * the line for any other that is not an entry.
 */
export function parseLabelLog(text: string, file: string): LabelEntry[] {
  const lines = text.split('\n');
  lines.pop();
  if (lines.length === 0) return [];
  if (lines[0].trim() !== LABEL_LOG_HEADER) {
    throw new GroundTrendError('input', `A log of labels begins with the line ${LABEL_LOG_HEADER}.`, {
      place: { file, line: 1 },
      advice: 'Name another file with --labels; this one is left as it is.',
    });
  }
  return lines.slice(1).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const cells = splitCells(line.replace(/\r$/, ''));
    const [pid, label, annotator, date, note] = cells ?? [];
    const entry = { pid, label, annotator, date, note };
    try {
      if (cells === undefined)
        throw new GroundTrendError('input', 'A quote is not closed, or text follows it.');
      if (cells.length !== 5)
        throw new GroundTrendError('input', `This line has ${cells.length} cells, not 5.`);
      checkEntry(entry);
    } catch (cause) {
      throw new GroundTrendError('input', (cause as GroundTrendError).what, {
        place: { file, line: index + 2 },
      });
    }
    return [entry];
  });
}

/** What holds in the end, by annotator and pid: later entries replace earlier ones, empty ones remove them. */
export function settleLabels(entries: Iterable<LabelEntry>): Map<string, Map<string, LabelEntry>> {
  const settled = new Map<string, Map<string, LabelEntry>>();
  for (const entry of entries) {
    const own = settled.get(entry.annotator) ?? new Map<string, LabelEntry>();
    settled.set(entry.annotator, own);
    own.delete(entry.pid);
    if (entry.label !== '') own.set(entry.pid, entry);
  }
  return settled;
}

function checkEntry({ pid, label, annotator, date, note }: LabelEntry): void {
  const refuse = (what: string) => new GroundTrendError('input', what);
  for (const text of [pid, label, annotator, date, note]) {
    if (typeof text !== 'string') throw refuse('Every part of a label is a text.');
    if (text.length > LONGEST_TEXT)
      throw refuse(`No part of a label is longer than ${LONGEST_TEXT} characters.`);
    // It could not be written: in a file another character would stand for it.
    if (/\p{Surrogate}/u.test(text)) throw refuse('A label holds no half of a character.');
    for (const character of text) {
      if (character < ' ' || character === '\u007f') throw refuse('A label holds no control characters.');
    }
  }
  if (pid === '') throw refuse('A label needs the pid of its point.');
  if (label !== '' && !(LABELS as readonly string[]).includes(label)) {
    throw refuse(`"${label}" is none of ${LABELS.join(', ')}.`);
  }
  if (annotator === '') throw refuse('A label needs the name of who gave it.');
  if (Number.isNaN(Date.parse(date))) throw refuse(`"${date}" is not a date.`);
}

/** `undefined` where a quote stays open, or stands within a cell that is not quoted. */
function splitCells(line: string): string[] | undefined {
  const cells: string[] = [];
  let length = 0;
  for (const [all, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)) {
    length += all.length;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  return length === line.length ? cells : undefined;
}
