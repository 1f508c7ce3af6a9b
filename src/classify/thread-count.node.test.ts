import { expect, it } from 'vitest';
import { chooseThreads } from './thread-count.node.js';

const sizes = (...bytes: (number | undefined)[]) => bytes.map((totalBytes) => ({ totalBytes }));

it('starts one thread for a small file, all of them for a large one, and never none', () => {
  expect(chooseThreads(sizes(100), 8)).toBe(1);
  expect(chooseThreads(sizes(15e6), 8)).toBe(1);
  expect(chooseThreads(sizes(40e6), 8)).toBe(3);
  expect(chooseThreads(sizes(1e9), 8)).toBe(8);
  expect(chooseThreads([], 8)).toBe(1);
});

it('counts all files together, and does not guess at one without a size', () => {
  expect(chooseThreads(sizes(20e6, 20e6), 8)).toBe(3);
  expect(chooseThreads(sizes(20e6, undefined), 8)).toBe(8);
});
