import { describe, expect, it } from 'vitest';
import { hilbertPosition } from './hilbert-curve.js';

describe('hilbertPosition', () => {
  it('visits every cell once, always a neighbour next', () => {
    const side = 64;
    const cells = Array.from({ length: side * side }, (_, cell) => [cell % side, Math.floor(cell / side)]);
    const sorted = cells
      .map(([x, y]) => ({ x, y, position: hilbertPosition(6, x, y) }))
      .sort((left, right) => left.position - right.position);
    for (let i = 1; i < sorted.length; i++) {
      expect(sorted[i].position - sorted[i - 1].position).toBe(1);
      expect(Math.abs(sorted[i].x - sorted[i - 1].x) + Math.abs(sorted[i].y - sorted[i - 1].y)).toBe(1);
    }
  });
});
