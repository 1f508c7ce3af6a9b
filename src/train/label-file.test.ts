import { describe, expect, it } from 'vitest';
import { formatLabelEntry, LABEL_LOG_HEADER } from '../evaluate/label-log.js';
import { parseLabelFile } from './label-file.js';
import { readingsOf } from './readings.js';

function logOf(
  ...entries: readonly [pid: string, label: string, annotator: string, note?: string][]
): string {
  const lines = entries.map(([pid, label, annotator, note = '']) =>
    formatLabelEntry({ pid, label, annotator, date: '2026-01-05T10:00:00Z', note }),
  );
  return `${LABEL_LOG_HEADER}\n${lines.join('')}`;
}

describe('a log of labels as a label file', () => {
  it('counts the last word of every annotator, and nothing that was taken back', () => {
    const text = logOf(
      ['a', 'Stable', 'Ann'],
      ['b', 'Linear', 'Ann', 'slow, but "sure"'],
      ['a', 'Bilinear', 'Ann'],
      ['c', 'PUE', 'Ann'],
      ['c', '', 'Ann'],
      ['c', 'Other', 'Bob'],
    );
    const { rows, annotators } = parseLabelFile(text, 'labels.csv');
    expect(rows.map(({ pid, label, annotator }) => [pid, label, annotator])).toEqual([
      ['a', 'Bilinear', 'Ann'],
      ['b', 'Linear', 'Ann'],
      ['c', 'Other', 'Bob'],
    ]);
    expect(annotators).toEqual(['Ann', 'Bob']);
  });

  it('leaves out a last line that a crash cut off, and no other', () => {
    const cut = `${logOf(['a', 'Stable', 'Ann'])}b,Line`;
    expect(parseLabelFile(cut, 'labels.csv').rows.map(({ pid }) => pid)).toEqual(['a']);
    const whole = `${LABEL_LOG_HEADER}\na,Stable,Ann,2026-01-05,\nb,Linear,Ann,2026-01-05,`;
    expect(parseLabelFile(whole, 'labels.csv').rows).toHaveLength(2);
  });

  it('takes the best name among the titles, wherever it stands', () => {
    const { rows } = parseLabelFile('id,class,pid,label\n1,x,p,Stable\n', 'labels.csv');
    expect(rows).toMatchObject([{ pid: 'p', label: 'Stable' }]);
  });

  it('keeps every line of a label file that is no log', () => {
    const rows = parseLabelFile('pid,label\na,0\na,1\n', 'labels.csv').rows;
    expect(rows.map(({ label }) => label)).toEqual(['0', '1']);
  });
});

describe('readingsOf', () => {
  const head = 'file,pid,label_1,label_2';

  it('takes two readings a series, by their codes', () => {
    const table = parseLabelFile(`${head}\na.csv,p1,Stable,Other\n`, 'readings.csv');
    expect(readingsOf(table)).toEqual([{ file: 'a.csv', pid: 'p1', labels: [0, 5] }]);
  });

  it.each([
    [`${head}\na.csv,p1,Stable,Wavy\n`, '"Wavy" is none of'],
    [`${head}\n,p1,Stable,Stable\n`, 'The file of p1 is not named'],
  ])('refuses %j', (text, message) => {
    expect(() => readingsOf(parseLabelFile(text, 'readings.csv'))).toThrow(message);
  });
});
