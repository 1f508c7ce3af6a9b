import { expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { granadaCalendar } from './calendars.js';
import { motionDisplacement } from './motions.js';
import { drawWrappedMotion } from './wrapped-motion.js';

const axis = granadaCalendar(1);
const CYCLE = 27.73;

it('wrapped motions are fast ones with whole cycles that last', () => {
  const random = createRandom('wrapped');
  // So much of it that single dates flip now and then.
  const noise = axis.years.map(() => 3 * random.normal());
  const drawn = Array.from({ length: 40 }, () => drawWrappedMotion(axis, random, noise, CYCLE)).filter(
    (draw) => draw !== undefined,
  );
  expect(drawn.length).toBeGreaterThan(20);
  for (const { motion, clean, cycles } of drawn) {
    expect(cycles[0]).toBe(0);
    const changes: number[] = [0];
    for (let i = 0; i < clean.length; i++) {
      const whole = (clean[i] - motionDisplacement(motion, axis.years[i])) / CYCLE;
      expect(whole).toBeCloseTo(cycles[i], 9);
      expect(Number.isInteger(cycles[i])).toBe(true);
      if (i > 0 && cycles[i] !== cycles[i - 1]) changes.push(i);
    }
    expect(changes.length).toBeGreaterThan(1);
    const stretches = [...changes, clean.length].slice(1).map((end, k) => end - changes[k]);
    expect(Math.min(...stretches)).toBeGreaterThanOrEqual(3);
  }
});

it('gives up where no draw is clear', () => {
  const noise = axis.years.map(() => 0);
  expect(drawWrappedMotion(axis, createRandom('none'), noise, CYCLE, () => false)).toBeUndefined();
});
