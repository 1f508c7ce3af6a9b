import { describe, expect, it } from 'vitest';
import { parseRange } from './byte-range.js';

describe('parseRange', () => {
  it('never leaves the file', () => {
    for (const header of ['bytes=0-', 'bytes=3-4', 'bytes=-1', 'bytes=-99', 'bytes=7-8', 'bytes=-', 'x']) {
      for (const size of [0, 1, 5, 9]) {
        const range = parseRange(header, size);
        if (typeof range === 'string') continue;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeLessThan(size);
        expect(range.start).toBeLessThanOrEqual(range.end);
      }
    }
  });
});
