import { describe, expect, it } from 'vitest';
import { breakLines } from './point-text.js';

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
