import { describe, expect, it } from 'vitest';
import { doubtFillers } from './filler-doubt.js';

describe('doubtFillers', () => {
  it('names the commonest number that stands for none', () => {
    const series = Float32Array.of(-9999, 1.5, -9999, -32768, -32768, -32768, Number.NaN);
    expect(doubtFillers(series)).toMatch(/^The displacement -32768 stands 3 times in the first rows /);
  });

  it('is silent of displacements, of one such number, and of large ones that move on', () => {
    expect(doubtFillers([0, -999, 1.5, Number.NaN])).toBeUndefined();
    expect(doubtFillers([-998, -998, -1000, -1000])).toBeUndefined();
    expect(doubtFillers([])).toBeUndefined();
  });
});
