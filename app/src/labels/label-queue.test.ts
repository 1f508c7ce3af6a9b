import { describe, expect, it } from 'vitest';
import { orderQueue, type QueueRequest } from './label-queue.js';

const base: QueueRequest = {
  codes: Uint8Array.of(0, 0, 0, 1, 1, 1),
  classCount: 2,
  confidence: Float32Array.of(0.9, 0.5, 0.7, 0.99, 0.6, 0.8),
  x: Float64Array.of(0, 0.1, 0.2, 0.3, 0.4, 0.5),
  y: new Float64Array(6),
  labelled: [0, 0],
  done: new Set(),
  length: 10,
};

describe('orderQueue', () => {
  it('takes turns between the classes, the doubtful first, and asks everything once', () => {
    expect(orderQueue(base)).toEqual([1, 4, 2, 5, 0, 3]);
  });

  it('asks for the class with the fewest labels, and not again for what is done', () => {
    expect(orderQueue({ ...base, labelled: [0, 2] }).slice(0, 2)).toEqual([1, 2]);
    expect(orderQueue({ ...base, done: new Set([1, 4]) })).toEqual([2, 5, 0, 3]);
    expect(orderQueue({ ...base, length: 2 })).toHaveLength(2);
  });

  it('puts forward what two methods differ on', () => {
    expect(orderQueue({ ...base, disputed: (row) => row === 0 })[0]).toBe(0);
  });

  it('goes over the map before it comes back to a square', () => {
    const crowd = {
      ...base,
      codes: new Uint8Array(4),
      classCount: 1,
      confidence: Float32Array.of(0.1, 0.2, 0.3, 0.9),
      x: Float64Array.of(0, 0.001, 0.002, 1),
      y: new Float64Array(4),
      labelled: [0],
    };
    expect(orderQueue(crowd).slice(0, 2)).toEqual([0, 3]);
  });
});
