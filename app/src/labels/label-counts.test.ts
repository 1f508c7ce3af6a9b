import { describe, expect, it } from 'vitest';
import { countAgreed } from './label-counts.js';

const entry = (annotator: string, pid: string, label: string) => ({
  annotator,
  pid,
  label,
  date: '2026-01-01T00:00:00Z',
  note: '',
});

describe('countAgreed', () => {
  it('counts every series once, and none on which annotators differ or that was taken back', () => {
    const entries = [
      entry('ann', 'a', 'Linear'),
      entry('ben', 'a', 'Linear'),
      entry('ann', 'b', 'Linear'),
      entry('ben', 'b', 'PUE'),
      entry('ann', 'c', 'Stable'),
      entry('ann', 'c', ''),
      entry('ann', 'd', 'PUE'),
      entry('ann', 'd', 'Stable'),
    ];
    expect(countAgreed(entries)).toEqual(
      new Map([
        ['Linear', 1],
        ['Stable', 1],
      ]),
    );
  });
});
