import { describe, expect, it } from 'vitest';
import { breakLines, explainChange } from './point-text.js';

describe('lines of a terminal', () => {
  it('break between words and keep every word', () => {
    const text = 'Variance of the noise: 39 % white, 29 % fading over 32 days';
    const lines = breakLines(text, 20);
    expect(lines.join(' ')).toBe(text);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(20);
    expect(breakLines('short', 20)).toEqual(['short']);
    expect(breakLines('a verylongwordindeed b', 6)).toEqual(['a', 'verylongwordindeed', 'b']);
  });
});

describe('a change of velocity in a word', () => {
  const change = (before: number, after: number, error: number | null = 0.5) =>
    explainChange({ rate: before, error }, { rate: after, error });

  it('tells motion from rest by the errors', () => {
    expect(change(-0.3, 28.9)).toBe('a start of motion');
    expect(change(12, 0.9)).toBe('an end of motion');
    expect(change(-3, 28.9)).toBe('a reversal');
    expect(change(3, 28.9)).toBe('acceleration');
    expect(change(-12, -2)).toBe('deceleration');
  });

  it('calls motion within the errors what it is, and goes by the velocities where errors are not known', () => {
    expect(change(-0.3, 0.4)).toBe('less than the errors');
    expect(change(-0.3, 28.9, null)).toBe('a reversal');
  });
});
