import type { Describer } from '../../src/kinematics/describe.js';
import type { NoiseModel } from '../../src/kinematics/noise-model.js';
import { findRepairs } from '../../src/kinematics/repair.js';
import type { Random } from '../../src/random.js';
import { DAYS_PER_YEAR, type EpochAxis, spanYears } from '../../src/series/epoch-axis.js';
import { batchOfSeries, createNoiseSource } from './drawn-series.js';

export const JUMP_PATTERNS = ['lasting', 'temporary', 'repeated'] as const;
type JumpPattern = (typeof JUMP_PATTERNS)[number];

/** Deviation of one date in the trials, mm. */
const DEVIATION = 2.5;

/** Puts jumps of one pattern on motions of all kinds: the share of dates whose cycle the accepted repairs find. */
export async function measureRepair(
  describer: Describer,
  truth: NoiseModel,
  pattern: JumpPattern,
  draws: number,
  random: Random,
): Promise<number> {
  const { axis, cycle } = describer;
  const epochs = axis.days.length;
  const addNoise = createNoiseSource(truth, axis, random);
  const rows = new Float32Array(draws * epochs);
  const truths: Int8Array[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const row = rows.subarray(draw * epochs, (draw + 1) * epochs);
    addMotion(axis, random, row);
    addNoise(rows, draw * epochs, DEVIATION);
    const path = drawJumps(epochs, pattern, random);
    for (let i = 0; i < epochs; i++) row[i] += path[i] * cycle;
    truths.push(path);
  }
  const batch = batchOfSeries(axis, rows);
  const findings = await describer
    .describe(batch)
    .then((description) => findRepairs(describer, batch, description));
  const found = new Map(
    findings.filter(({ accepted }) => accepted).map((finding) => [finding.point, finding]),
  );
  let right = 0;
  truths.forEach((path, draw) => {
    const cycles = found.get(draw)?.path?.cycles;
    for (let i = 0; i < epochs; i++) if (path[i] === (cycles?.[i] ?? 0)) right++;
  });
  return right / (draws * epochs);
}

/**
 * Share of series without a jump that the repair changes. `textbook`: motions and noise as in `measureRepair`;
 * `realistic`: besides, outliers, noisy years, slow wander, a drifting season and real steps of 2 to 12 mm.
 */
export async function measureFalseRepairs(
  describer: Describer,
  truth: NoiseModel,
  kind: 'textbook' | 'realistic',
  draws: number,
  random: Random,
): Promise<number> {
  const { axis } = describer;
  const epochs = axis.days.length;
  const addNoise = createNoiseSource(truth, axis, random);
  const rows = new Float32Array(draws * epochs);
  for (let draw = 0; draw < draws; draw++) {
    const row = rows.subarray(draw * epochs, (draw + 1) * epochs);
    addNoise(rows, draw * epochs, kind === 'textbook' ? DEVIATION : DEVIATION * random.logBetween(0.7, 1.6));
    if (kind === 'realistic') addNuisance(axis, random, row);
    addMotion(axis, random, row);
  }
  const batch = batchOfSeries(axis, rows);
  const description = await describer.describe(batch);
  return findRepairs(describer, batch, description).filter(({ accepted }) => accepted).length / draws;
}

/** Still, linear, parabolic or bilinear motion with a season. */
function addMotion(axis: EpochAxis, random: Random, row: Float32Array): void {
  const span = spanYears(axis);
  const kind = random.integer(4);
  const speed = kind === 0 ? 0 : random.sign() * random.logBetween(1, 40);
  const bend = kind === 2 ? random.sign() * random.logBetween(1, 20) : 0;
  const change = kind === 3 ? random.sign() * random.logBetween(4, 60) : 0;
  const time = random.between(0.15, 0.85) * span;
  const season = Math.abs(1.5 * random.normal());
  const phase = random.between(0, 2 * Math.PI);
  for (let i = 0; i < row.length; i++) {
    const year = axis.years[i];
    row[i] +=
      speed * year +
      (bend / 2) * year * year +
      change * Math.max(0, year - time) +
      season * Math.cos((2 * Math.PI * axis.days[i]) / DAYS_PER_YEAR - phase);
  }
}

/** Jumps at least a twelfth of the series away from its ends and from each other. */
function drawJumps(epochs: number, pattern: JumpPattern, random: Random): Int8Array {
  const path = new Int8Array(epochs);
  const margin = Math.max(5, Math.floor(epochs / 12));
  const sign = random.sign();
  const place = (low: number, high: number): number => low + random.integer(Math.max(1, high - low));
  if (pattern === 'lasting') {
    path.fill(sign, place(margin, epochs - margin));
  } else if (pattern === 'temporary') {
    const length = place(5, Math.min(60, Math.floor(epochs / 3)));
    const start = place(margin, epochs - margin - length);
    path.fill(sign, start, start + length);
  } else {
    const first = place(margin, Math.floor(epochs / 2) - margin);
    const second = place(first + margin, epochs - margin);
    path.fill(sign, first);
    path.fill(random.chance(0.5) ? 2 * sign : 0, second);
  }
  return path;
}

function addNuisance(axis: EpochAxis, random: Random, row: Float32Array): void {
  const { years } = axis;
  const span = spanYears(axis);
  const noisyYear = random.between(0, span);
  const noisier = random.between(1, 1.8);
  const wander = random.between(0, 3);
  const rate = random.between(0.5, 2.5) / span;
  const phase = random.between(0, 2 * Math.PI);
  const season = random.between(0, 2);
  const step = random.chance(0.3) ? random.sign() * random.between(2, 12) : 0;
  const start = random.between(0.1, 0.9) * span;
  for (let i = 0; i < row.length; i++) {
    if (Math.abs(years[i] - noisyYear) < 0.5) row[i] *= noisier;
    if (random.chance(0.01)) row[i] += 4 * DEVIATION * random.normal();
    row[i] += wander * Math.sin(2 * Math.PI * rate * years[i] + phase);
    row[i] += season * (years[i] / span) * Math.cos(2 * Math.PI * years[i] + phase);
    if (years[i] > start) row[i] += step;
  }
}
