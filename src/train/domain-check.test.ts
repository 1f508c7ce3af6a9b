import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { areaUnderCurve, checkDomain } from './domain-check.js';

describe('areaUnderCurve', () => {
  it('is the share of pairs in the right order, ties counted half', () => {
    const scores = [0.1, 0.4, 0.4, 0.8, 0.35];
    const labels = [0, 0, 1, 1, 1];
    let right = 0;
    for (const [i, label] of labels.entries()) {
      for (const [j, other] of labels.entries()) {
        if (label === 1 && other === 0)
          right += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      }
    }
    expect(areaUnderCurve(scores, labels)).toBeCloseTo(right / 6, 12);
  });
});

describe('checkDomain', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await loadNodeRuntime();
  });

  it('sees at once what is unlike the simulator', async () => {
    const axis = granadaCalendar('domain');
    const random = createRandom('unlike');
    const count = 300;
    // Series that zigzag from date to date: no noise of the simulator does.
    const displacements = Float32Array.from(
      { length: count * axis.days.length },
      (_, i) => 2 * (i % 2) + 0.2 * random.normal(),
    );
    const longitude = Float64Array.from({ length: count }, () => random.uniform());
    const settings = { materialMm: 5, cycleMm: 27.73, seed: '1' };
    const quiet = { axis, count, displacements, longitude };
    const { areaUnderCurve: area, telling } = await checkDomain(
      runtime,
      quiet,
      { name: 'zigzag' },
      settings,
      async (_, series) => new Array<boolean>(series).fill(true),
    );
    expect(area).toBeGreaterThan(0.85);
    expect(Math.abs(telling[0].shift)).toBeGreaterThan(1);
  });
});
