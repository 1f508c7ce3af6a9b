import { closeSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { type Bound, judgeGrowth } from './leak-check.js';
import { PROCESS_BOUNDS, sampleProcess } from './process-sample.js';

const BOUND: Bound = { name: 'heap', unit: 'kB', mostPerRound: 10 };

/** Growth by so much a round around noise, after a steep beginning. */
function grow(rounds: number, perRound: number, noise: number, seed = 'growth'): number[] {
  const random = createRandom(seed);
  return Array.from(
    { length: rounds },
    (_, i) => 1000 - 900 * Math.exp(-i / 4) + perRound * i + noise * random.normal(),
  );
}

describe('judgeGrowth', () => {
  it('calls flat what stays within the bound, and a leak what does not', () => {
    expect(judgeGrowth(grow(100, 1, 30), BOUND)).toMatchObject({ rounds: 80, verdict: 'flat' });
    const leak = judgeGrowth(grow(100, 14, 30), BOUND);
    expect(leak.verdict).toBe('leak');
    expect(leak.slope).toBeCloseTo(14, 0);
  });

  it('gives intervals that hold the true growth 95 times in a hundred', () => {
    const held = Array.from({ length: 400 }, (_, seed) => {
      const { low, high } = judgeGrowth(grow(80, 3, 20, String(seed)), BOUND);
      return low <= 3 && 3 <= high;
    }).filter(Boolean).length;
    expect(held / 400).toBeGreaterThan(0.92);
    expect(held / 400).toBeLessThan(0.98);
  });

  it('leaves open what too few or too odd rounds do not tell', () => {
    expect(judgeGrowth(grow(25, 100, 1), BOUND).verdict).toBe('open');
    expect(judgeGrowth(grow(45, 9, 200), BOUND).verdict).toBe('open');
  });

  it('is not moved by a few odd rounds', () => {
    const values = grow(100, 1, 5);
    for (const round of [40, 60, 99]) values[round] += 10_000;
    expect(judgeGrowth(values, BOUND).verdict).toBe('flat');
  });
});

describe('a watched process', () => {
  async function watch(work: (round: number) => void): Promise<Record<string, string>> {
    const samples: number[][] = [];
    for (let round = 0; round < 45; round++) {
      work(round);
      samples.push(await sampleProcess());
    }
    return Object.fromEntries(
      PROCESS_BOUNDS.map((bound, column) => [
        bound.name,
        judgeGrowth(
          samples.map((sample) => sample[column]),
          bound,
        ).verdict,
      ]),
    );
  }

  it('is caught when it keeps objects, buffers or files', async () => {
    const kept: unknown[] = [];
    const files: number[] = [];
    try {
      const verdicts = await watch(() => {
        kept.push(Array.from({ length: 2000 }, (_, i) => ({ i })));
        kept.push(new Uint8Array(200_000).fill(1));
        files.push(openSync(process.execPath, 'r'));
      });
      expect(verdicts).toMatchObject({ heap: 'leak', buffers: 'leak', descriptors: 'leak' });
    } finally {
      files.forEach(closeSync);
    }
    expect(kept).toHaveLength(90);
  });

  it('is let go when it gives everything back', async () => {
    const verdicts = await watch(() => {
      const lost = Array.from({ length: 2000 }, (_, i) => ({ i }));
      closeSync(openSync(process.execPath, 'r'));
      expect(new Uint8Array(200_000).fill(1).length).toBe(100 * lost.length);
    });
    expect(verdicts).toMatchObject({ heap: 'flat', buffers: 'flat', descriptors: 'flat', threads: 'flat' });
  });
});
