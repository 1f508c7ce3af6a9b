import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutShards, type Piece } from './cut-shards.js';

describe('cutShards', () => {
  it('makes one slice of neighbouring pieces of a table, and none of members of archives', () => {
    const piece = (dataset: number, start: number): Piece => ({
      dataset,
      bytes: 10,
      rows: { start, end: start + 10, firstLine: 2 + start },
    });
    const shards = cutShards([piece(0, 0), piece(0, 10), piece(0, 20), { dataset: 1, bytes: 30 }], 2);
    expect(shards).toEqual([
      { bytes: 30, slices: [{ dataset: 0, rows: { start: 0, end: 30, firstLine: 2 } }] },
      { bytes: 30, slices: [{ dataset: 1 }] },
    ]);
  });

  it('keeps every piece once and in order, in at most so many shards of which none is empty', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (sizes, into) => {
          const pieces = sizes.map((bytes, dataset) => ({ dataset, bytes }));
          const shards = cutShards(pieces, into);
          expect(shards.length).toBeLessThanOrEqual(into);
          expect(shards.flatMap(({ slices }) => slices.map(({ dataset }) => dataset))).toEqual(
            sizes.map((_, index) => index),
          );
          const total = sizes.reduce((sum, size) => sum + size, 0);
          for (const { bytes, slices } of shards) {
            expect(slices.length).toBeGreaterThan(0);
            // A shard exceeds its share by no more than the piece at either end.
            expect(bytes).toBeLessThanOrEqual(total / into + 2 * Math.max(...sizes));
          }
        },
      ),
    );
  });
});
