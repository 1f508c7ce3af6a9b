import { describe, expect, it } from 'vitest';
import {
  formatLabelEntry,
  LABEL_LOG_HEADER,
  type LabelEntry,
  parseLabelLog,
  settleLabels,
} from './label-log.js';

const entry = (pid: string, label: string, more: Partial<LabelEntry> = {}): LabelEntry => ({
  pid,
  label,
  annotator: 'ann',
  date: '2026-01-02T03:04:05.000Z',
  note: '',
  ...more,
});

describe('a log of labels', () => {
  it('gives back what was written, awkward texts too', () => {
    const entries = [
      entry('a,b', 'Stable', { note: 'says "jump", maybe' }),
      entry('é', '', { annotator: 'Bo, the second' }),
      entry('c', 'Other', { note: '=1+1' }),
    ];
    const text = `${LABEL_LOG_HEADER}\n${entries.map(formatLabelEntry).join('')}`;
    expect(parseLabelLog(text, 'x.csv')).toEqual(entries);
  });

  it('leaves out a last line that a crash cut off', () => {
    const text = `${LABEL_LOG_HEADER}\n${formatLabelEntry(entry('a', 'Linear'))}b,Sta`;
    expect(parseLabelLog(text, 'x.csv').map(({ pid }) => pid)).toEqual(['a']);
    expect(parseLabelLog('', 'x.csv')).toEqual([]);
    expect(parseLabelLog('pid,lab', 'x.csv')).toEqual([]);
  });

  it('names the line of what is no label', () => {
    for (const line of [
      'a,Wobbly,ann,2026-01-01,',
      'a,Stable,ann',
      ',Stable,ann,2026-01-01,',
      'a,PUE,ann,soon,',
    ]) {
      expect(() => parseLabelLog(`${LABEL_LOG_HEADER}\n${line}\n`, 'x.csv')).toThrow(/x\.csv, line 2/);
    }
    expect(() => parseLabelLog('something,else\n1,2\n', 'x.csv')).toThrow(/line 1/);
    expect(() => formatLabelEntry(entry('a\nb', 'PUE'))).toThrow(/control/);
    expect(() => formatLabelEntry(entry('a\ud800', 'PUE'))).toThrow(/half of a character/);
    expect(() => formatLabelEntry(entry('a', 'PUE', { note: 'x'.repeat(501) }))).toThrow(/longer/);
  });

  it('settles what holds: the last word of each annotator', () => {
    const settled = settleLabels([
      entry('a', 'Stable'),
      entry('a', 'Linear'),
      entry('b', 'PUE'),
      entry('b', ''),
      entry('a', 'Stable', { annotator: 'bo' }),
    ]);
    expect([...settled.get('ann')!.values()].map(({ pid, label }) => [pid, label])).toEqual([
      ['a', 'Linear'],
    ]);
    expect(settled.get('bo')!.get('a')!.label).toBe('Stable');
  });
});
