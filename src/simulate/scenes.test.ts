import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatDay } from '../series/epoch-axis.js';
import { numericAttribute, type SeriesBatch, seriesOf } from '../series/series-batch.js';
import { trendCode } from '../series/trend-class.js';
import { EGMS_COLUMNS, lineOfSight, projectToLaea, simulatedPid } from './egms-attributes.js';
import { encodeEgmsCsv, encodeTruthCsv } from './egms-csv.js';
import { simulateEgmsLike } from './egms-like.js';
import { isWater, toLocal } from './reservoir-layout.js';
import { landslides, RULES_RESERVOIR_COUNTS, simulateRulesReservoir } from './rules-reservoir.js';

async function collect(batches: AsyncIterable<SeriesBatch>): Promise<SeriesBatch[]> {
  const all: SeriesBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

describe('simulateRulesReservoir', async () => {
  const scene = simulateRulesReservoir();
  const [batch] = await collect(scene.dataset.batches());

  it('has 4,459 points on 139 dates with the class shares of the paper', () => {
    expect(batch.count).toBe(4459);
    expect(batch.axis.days).toHaveLength(139);
    for (const [trend, count] of Object.entries(RULES_RESERVOIR_COUNTS)) {
      expect(scene.labels.filter((label) => label === trendCode(trend as 'Stable')).length).toBe(count);
    }
    expect(RULES_RESERVOIR_COUNTS.PUE).toBe(56);
    expect(RULES_RESERVOIR_COUNTS.Stable / 4459).toBeCloseTo(0.73, 2);
    expect(new Set(batch.pids).size).toBe(4459);
    expect(batch.pids.every((pid) => /^sim[0-9A-Za-z]{7}$/.test(pid))).toBe(true);
  });

  it('is the same to the byte for the same seed', async () => {
    const [again] = await collect(simulateRulesReservoir().dataset.batches());
    const hash = (one: SeriesBatch): string =>
      createHash('sha256').update(new Uint8Array(one.displacements.buffer)).digest('hex');
    expect(hash(again)).toBe(hash(batch));
    const [other] = await collect(simulateRulesReservoir(7).dataset.batches());
    expect(hash(other)).not.toBe(hash(batch));
  });

  it('has its landslides where they are said to be, with the classes that the paper tells of', () => {
    expect(landslides.features.map((feature) => feature.properties.name)).toEqual([
      'Cortijo de Lorenzo',
      'El Arrecife',
      'Rules Viaduct',
    ]);
    for (const { properties } of landslides.features) {
      const [cx, cy] = toLocal([properties.longitude, properties.latitude]);
      const inside = [...scene.areas.keys()].filter((index) => scene.areas[index] === properties.name);
      for (const index of inside) {
        const [x, y] = toLocal([batch.longitude[index], batch.latitude[index]]);
        expect(Math.hypot(x - cx, y - cy)).toBeLessThanOrEqual(properties.radius_m + 1);
      }
      const share = (code: number): number =>
        inside.filter((index) => scene.labels[index] === code).length / inside.length;
      if (properties.letter === 'A') expect(share(3)).toBeGreaterThan(0.6);
      else expect(share(1) + share(2)).toBeGreaterThan(0.7);
    }
  });

  it('moves less in Cortijo de Lorenzo than in El Arrecife', () => {
    const medianMotion = (area: string): number => {
      const totals = [...scene.areas.keys()]
        .filter((index) => scene.areas[index] === area && scene.labels[index] !== 0)
        .map((index) => Math.abs(batch.displacements[index * 139 + 138] - batch.displacements[index * 139]))
        .sort((left, right) => left - right);
      return totals[totals.length >> 1];
    };
    expect(medianMotion('Cortijo de Lorenzo')).toBeLessThan(0.6 * medianMotion('El Arrecife'));
  });

  it('stands on dry land, with coordinates in two systems that agree', () => {
    const easting = numericAttribute(batch, 'easting') as Float64Array;
    const northing = numericAttribute(batch, 'northing') as Float64Array;
    for (let index = 0; index < batch.count; index += 50) {
      expect(isWater(...toLocal([batch.longitude[index], batch.latitude[index]]))).toBe(false);
      const [x, y] = projectToLaea(batch.longitude[index], batch.latitude[index]);
      expect(Math.hypot(x - easting[index], y - northing[index])).toBeLessThan(0.02);
    }
  });

  it('has velocities of Stable points within a few mm a year, and truth beside measurement', () => {
    const velocity = numericAttribute(batch, 'mean_velocity') as Float64Array;
    let squares = 0;
    let count = 0;
    scene.labels.forEach((label, index) => {
      if (label === 0) expect(Math.abs(velocity[index])).toBeLessThan(4);
      if (label !== 1) return;
      squares += (velocity[index] - scene.truth.velocityMmPerYear[index]) ** 2;
      count++;
    });
    expect(Math.sqrt(squares / count)).toBeLessThan(1);
  });

  it('breaks bilinear motion at common dates with some scatter', () => {
    const days = [...scene.labels.keys()]
      .filter((index) => scene.labels[index] === 3 && scene.areas[index] === 'Cortijo de Lorenzo')
      .map((index) => scene.truth.breakDay[index]);
    const mean = days.reduce((sum, day) => sum + day, 0) / days.length;
    expect(formatDay(mean).slice(0, 7)).toBe('2017-01');
    const deviation = Math.sqrt(days.reduce((sum, day) => sum + (day - mean) ** 2, 0) / days.length);
    expect(deviation).toBeGreaterThan(10);
    expect(deviation).toBeLessThan(30);
  });

  it('gives batches of any size, the same points in all', async () => {
    const parts = await collect(scene.dataset.batches({ pointsPerBatch: 1000 }));
    expect(parts.map((part) => part.count)).toEqual([1000, 1000, 1000, 1000, 459]);
    expect(seriesOf(parts[4], 458)).toEqual(seriesOf(batch, 4458));
    expect(parts[4].pids[458]).toBe(batch.pids[4458]);
  });

  it('stops when told to', async () => {
    const signal = AbortSignal.abort();
    await expect(collect(scene.dataset.batches({ signal }))).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('writes an EGMS-style file that reads back as it was', async () => {
    let text = '';
    for await (const bytes of encodeEgmsCsv(batch.axis, [batch])) text += new TextDecoder().decode(bytes);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(lines).toHaveLength(4460);
    expect(lines[0].slice(0, 6)).toEqual(['pid', 'mp_type', 'latitude', 'longitude', 'easting', 'northing']);
    expect(lines[0][3 + EGMS_COLUMNS.length]).toBe('20150310');
    for (const row of [0, 1234, 4458]) {
      const cells = lines[row + 1];
      expect(cells).toHaveLength(3 + EGMS_COLUMNS.length + 139);
      expect(Number(cells[2])).toBeCloseTo(batch.latitude[row], 9);
      expect(cells.slice(-139).map((cell) => Math.fround(Number(cell)))).toEqual([...seriesOf(batch, row)]);
      expect(Number(cells[lines[0].indexOf('mean_velocity')])).toBe(
        numericAttribute(batch, 'mean_velocity')?.[row],
      );
    }
  });

  it('writes what is true of every point', () => {
    const lines = [...encodeTruthCsv(scene)];
    expect(lines).toHaveLength(4460);
    const columns = lines[0].trim().split(',');
    const errors = lines
      .slice(1)
      .map((line) => line.trim().split(','))
      .filter((cells) => cells[1] === 'PUE');
    expect(errors).toHaveLength(56);
    for (const cells of errors) {
      expect(cells).toHaveLength(columns.length);
      const dates = cells[columns.indexOf('jump_dates')].split(' ');
      expect(dates[0]).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(cells[columns.indexOf('jump_cycles')].split(' ')).toHaveLength(dates.length);
    }
  });
});

describe('egms attributes', () => {
  it('looks from the ground to the satellite as real files do', () => {
    const { los_east, los_north, los_up } = lineOfSight(38.97, -8.94);
    expect(los_east).toBeCloseTo(-0.621, 3);
    expect(los_north).toBeCloseTo(-0.098, 3);
    expect(los_up).toBeCloseTo(0.777, 3);
  });

  it('projects as a real file does', () => {
    const [easting, northing] = projectToLaea(13.171103, 38.690708);
    expect(Math.abs(easting - 4598603.43)).toBeLessThan(0.2);
    expect(Math.abs(northing - 1739722.18)).toBeLessThan(0.2);
  });

  it('never gives an id twice', () => {
    expect(new Set(Array.from({ length: 10_000 }, (_, i) => simulatedPid(i))).size).toBe(10_000);
  });
});

describe('simulateEgmsLike', async () => {
  const scene = simulateEgmsLike({ points: 5000, seed: 1 });
  const parts = await collect(scene.dataset.batches({ pointsPerBatch: 2000 }));

  it('gives as many points as asked for, the same whatever the batches', async () => {
    expect(parts.map((part) => part.count)).toEqual([2000, 2000, 1000]);
    const [whole] = await collect(simulateEgmsLike({ points: 5000, seed: 1 }).dataset.batches());
    expect(seriesOf(whole, 4321)).toEqual(seriesOf(parts[2], 321));
    expect(new Set(whole.pids).size).toBe(5000);
  });

  it('is mostly Stable and says which class a point has', () => {
    const shares = [0, 0, 0, 0, 0];
    for (let index = 0; index < 5000; index++) shares[scene.labelAt(index)] += 1 / 5000;
    expect(Math.abs(shares[0] - 0.73)).toBeLessThan(0.03);
    expect(shares.every((share) => share > 0.005)).toBe(true);
    const velocity = numericAttribute(parts[0], 'mean_velocity') as Float64Array;
    for (let index = 0; index < 2000; index++) {
      if (scene.labelAt(index) === 0) expect(Math.abs(velocity[index])).toBeLessThan(6);
    }
  });

  it('refuses a scene without points', () => {
    expect(() => simulateEgmsLike({ points: 0 })).toThrow('at least one point');
  });
});
