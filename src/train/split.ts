import { GroundTrendError } from '../errors.js';
import { createRandom, type Random } from '../random.js';

/** Sample numbers of the three parts, each in rising order; no sample is in two of them. */
export interface Split {
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** Shares of the three parts; they add up to 1. */
export interface SplitShares {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}

/** The paper's: 70, 10 and 20 %. */
export const PAPER_SHARES: SplitShares = { training: 0.7, validation: 0.1, test: 0.2 };

const PARTS = ['training', 'validation', 'test'] as const;

/** Splits at random so that every class has the same shares in every part, to the nearest sample. */
export function splitStratified(
  labels: ArrayLike<number>,
  shares: SplitShares,
  seed: number | string,
): Split {
  checkShares(shares);
  const byLabel = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const members = byLabel.get(labels[i]);
    if (members === undefined) byLabel.set(labels[i], [i]);
    else members.push(i);
  }
  const parts = emptyParts();
  const random = createRandom(seed);
  for (const label of [...byLabel.keys()].sort((a, b) => a - b)) {
    const members = random.fork(`class ${label}`).shuffle(byLabel.get(label) as number[]);
    const trainingEnd = Math.round(members.length * shares.training);
    const validationEnd = Math.round(members.length * (shares.training + shares.validation));
    parts.training.push(...members.slice(0, trainingEnd));
    parts.validation.push(...members.slice(trainingEnd, validationEnd));
    parts.test.push(...members.slice(validationEnd));
  }
  return toSplit(parts);
}

/**
 * Splits so that the samples of one group (a point, a cluster, a file) stay together; shares are met as far as may be.
 */
export function splitGrouped(
  groups: readonly (string | number)[],
  shares: SplitShares,
  seed: number | string,
): Split {
  checkShares(shares);
  const members = new Map<string | number, number[]>();
  groups.forEach((group, index) => {
    const known = members.get(group);
    if (known === undefined) members.set(group, [index]);
    else known.push(index);
  });
  const parts = emptyParts();
  for (const group of largestFirst(members, createRandom(seed))) {
    const lacking = PARTS.map((part) => shares[part] * groups.length - parts[part].length);
    const neediest = lacking.indexOf(Math.max(...lacking));
    for (const index of group) parts[PARTS[neediest]].push(index);
  }
  return toSplit(parts);
}

/** Coordinates and the side of the squares that are kept together, both in degrees or both in metres. */
export interface BlockGrid {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly cellSize: number;
}

/**
 * Splits by squares on the ground: neighbouring points share their motion and their noise, so that a split by single
 * points tests a model on what it has seen.
 */
export function splitBlocks(grid: BlockGrid, shares: SplitShares, seed: number | string): Split {
  const { x, y, cellSize } = grid;
  if (!(cellSize > 0))
    throw new GroundTrendError('usage', `A block must have a positive size, not ${cellSize}.`);
  const cells = Array.from({ length: x.length }, (_, i) => {
    return `${Math.floor(x[i] / cellSize)} ${Math.floor(y[i] / cellSize)}`;
  });
  return splitGrouped(cells, shares, seed);
}

/** Points in WGS84 degrees on a flat grid in metres, good to a percent over a few hundred kilometres. */
export function metricGrid(
  longitude: ArrayLike<number>,
  latitude: ArrayLike<number>,
  cellMetres: number,
): BlockGrid {
  let sum = 0;
  for (let i = 0; i < latitude.length; i++) sum += latitude[i];
  const shrinking = Math.cos((sum / latitude.length) * (Math.PI / 180));
  return {
    x: Float64Array.from(longitude, (degrees) => degrees * METRES_PER_DEGREE * shrinking),
    y: Float64Array.from(latitude, (degrees) => degrees * METRES_PER_DEGREE),
    cellSize: cellMetres,
  };
}

/** Length of a degree on a sphere of the Earth's mean radius, 6,371,008.8 m. */
const METRES_PER_DEGREE = (6_371_008.8 * Math.PI) / 180;

/** Groups from large to small, those of equal size in random order: the large ones find room while there is some. */
function largestFirst(members: ReadonlyMap<string | number, number[]>, random: Random): number[][] {
  const groups = [...members.values()];
  const order = random.shuffle(groups.map((_, index) => index));
  return order.map((index) => groups[index]).sort((a, b) => b.length - a.length);
}

function checkShares(shares: SplitShares): void {
  const total = shares.training + shares.validation + shares.test;
  if (PARTS.every((part) => shares[part] >= 0) && Math.abs(total - 1) < 1e-9) return;
  throw new GroundTrendError('usage', `The shares of a split must add up to 1, not ${total}.`);
}

function emptyParts(): Record<(typeof PARTS)[number], number[]> {
  return { training: [], validation: [], test: [] };
}

function toSplit(parts: Readonly<Record<(typeof PARTS)[number], number[]>>): Split {
  return {
    training: Int32Array.from(parts.training).sort(),
    validation: Int32Array.from(parts.validation).sort(),
    test: Int32Array.from(parts.test).sort(),
  };
}
