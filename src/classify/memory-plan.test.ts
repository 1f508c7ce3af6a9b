import { describe, expect, it } from 'vitest';
import { planMemory } from './memory-plan.js';

describe('planMemory', () => {
  it('keeps two batches a thread and one more under way where memory is not limited', () => {
    expect(planMemory(4, 300, undefined)).toEqual({ threads: 4, batchesUnderWay: 9 });
    expect(planMemory(4, 300, 100_000)).toEqual({ threads: 4, batchesUnderWay: 9 });
  });

  it('gives up batches first and threads then, never the last batch of a thread', () => {
    let before = planMemory(8, 300, 100_000);
    let isReduced = false;
    for (let memory = 3000; memory >= 420; memory -= 10) {
      const plan = planMemory(8, 300, memory);
      expect(plan.threads).toBeLessThanOrEqual(before.threads);
      expect(plan.batchesUnderWay).toBeGreaterThan(plan.threads);
      expect(plan.batchesUnderWay).toBeLessThanOrEqual(2 * plan.threads + 1);
      isReduced ||= plan.threads === 8 && plan.batchesUnderWay < 17;
      before = plan;
    }
    expect(isReduced).toBe(true);
    expect(before.threads).toBe(1);
  });

  it('asks for more for longer series', () => {
    expect(planMemory(8, 1200, 1300).threads).toBeLessThan(planMemory(8, 300, 1300).threads);
  });

  it('says how much it takes at least', () => {
    expect(() => planMemory(2, 300, 200)).toThrow('200 MB are too little memory for series of 300 dates.');
    const advice = (() => {
      try {
        planMemory(2, 300, 200);
      } catch (error) {
        return String((error as { advice?: string }).advice);
      }
      return '';
    })();
    const least = Number(/--memory (\d+)/.exec(advice)![1]);
    expect(planMemory(2, 300, least).threads).toBe(1);
  });
});
