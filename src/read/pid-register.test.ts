import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPidRegister } from './pid-register.js';

describe('createPidRegister', () => {
  it('agrees with a plain map of everything claimed', () => {
    const claim = fc.record({
      dataset: fc.nat(2),
      pid: fc.nat(40),
      place: fc.nat(2),
      isNewPass: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 300 }), (claims) => {
        const register = createPidRegister();
        const numbers = [register.addDataset(), register.addDataset(), register.addDataset()];
        let entries: { dataset: number; pid: number; place: number; isCurrent: boolean }[] = [];
        for (const { dataset, pid, place, isNewPass } of claims) {
          if (isNewPass) {
            register.startPass(numbers[dataset]);
            for (const entry of entries) if (entry.dataset === dataset) entry.isCurrent = false;
          }
          const own = entries.filter((entry) => entry.dataset === dataset && entry.pid === pid);
          const isElsewhere = (entry: { dataset: number; pid: number; place: number }) =>
            entry.dataset !== dataset && entry.pid === pid && entry.place === place;
          const earlier = entries.some((entry) => isElsewhere(entry) && entry.dataset < dataset);
          const isNew = !earlier && own.every((entry) => !entry.isCurrent);
          expect(register.claim(numbers[dataset], 7, pid, place)).toBe(isNew);
          if (!isNew) continue;
          entries = entries.filter((entry) => !own.includes(entry) && !isElsewhere(entry));
          entries.push({ dataset, pid, place, isCurrent: true });
        }
      }),
    );
  });

  it('leaves a point to the earlier dataset, though it stood elsewhere when the later one was read before', () => {
    const register = createPidRegister();
    const [first, second] = [register.addDataset(), register.addDataset()];
    expect(register.claim(first, 7, 40, 2)).toBe(true);
    expect(register.claim(second, 7, 40, 0)).toBe(true);
    register.startPass(second);
    expect(register.claim(second, 7, 40, 2)).toBe(false);
  });

  it('gives a point to the earlier dataset, whatever was looked at before', () => {
    const register = createPidRegister();
    const [first, second] = [register.addDataset(), register.addDataset()];
    const claim = (dataset: number) => register.claim(dataset, 1, 2, 3);
    register.startPass(second);
    expect(claim(second)).toBe(true);
    register.startPass(first);
    expect(claim(first)).toBe(true);
    register.startPass(second);
    expect(claim(second)).toBe(false);
  });

  it('finds every one of many pids again after growing', () => {
    const register = createPidRegister();
    const dataset = register.addDataset();
    register.startPass(dataset);
    const hashes = Array.from({ length: 50_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 0);
    expect(hashes.filter((hash) => register.claim(dataset, hash, ~hash, 1))).toHaveLength(50_000);
    expect(hashes.filter((hash) => register.claim(dataset, hash, ~hash, 1))).toHaveLength(0);
  });
});
