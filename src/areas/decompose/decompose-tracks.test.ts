import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../series/dataset.js';
import { createEpochAxis } from '../../series/epoch-axis.js';
import { numericAttribute, type SeriesBatch, seriesOf } from '../../series/series-batch.js';
import { createMetricPlane } from '../metric-plane.js';
import { type DecomposeOptions, decomposeTracks } from './decompose-tracks.js';
import { projectDataset } from './project-series.js';

const plane = createMetricPlane(3035);
const OPTIONS: DecomposeOptions = {
  sites: { kind: 'grid', spacingMetres: 100 },
  stepDays: 6,
  northVelocity: 0,
  alignTracks: true,
  leastPoints: 1,
  greatestCondition: 5,
};

interface TrackShape {
  readonly name: string;
  readonly firstDay: number;
  readonly step: number;
  readonly los: readonly [east: number, north: number, up: number];
  readonly places: readonly (readonly [easting: number, northing: number])[];
  readonly offsetMm?: number;
}

/** Rates in mm/yr at a place: every cell of 100 m has its own. */
function motionAt(easting: number, northing: number): { east: number; north: number; up: number } {
  const cell = Math.floor(easting / 100) + 3 * Math.floor(northing / 100);
  return { east: (cell % 7) - 3, north: 4, up: -(cell % 5) };
}

function makeTrack({ name, firstDay, step, los, places, offsetMm = 0 }: TrackShape): Dataset {
  const axis = createEpochAxis(Array.from({ length: 60 }, (_, i) => firstDay + i * step));
  const degrees = places.map(([easting, northing]) => plane.toDegrees(easting, northing));
  const displacements = new Float32Array(places.length * 60);
  places.forEach(([easting, northing], point) => {
    const { east, north, up } = motionAt(easting, northing);
    const rate = los[0] * east + los[1] * north + los[2] * up;
    for (let i = 0; i < 60; i++) {
      displacements[point * 60 + i] = rate * ((axis.days[i] - 18_000) / 365.25) + offsetMm;
    }
  });
  const column = (label: string, values: readonly number[]) =>
    ({ name: label, kind: 'number', values: Float64Array.from(values) }) as const;
  const attributes = ['los_east', 'los_north', 'los_up'].map((label, i) =>
    column(
      label,
      places.map(() => los[i]),
    ),
  );
  const batch: SeriesBatch = {
    axis,
    count: places.length,
    pids: places.map((_, i) => `${name}-${i}`),
    longitude: Float64Array.from(degrees, ([longitude]) => longitude),
    latitude: Float64Array.from(degrees, ([, latitude]) => latitude),
    displacements,
    attributes,
  };
  return {
    name,
    format: 'made for a test',
    axis,
    fields: attributes.map(({ name: label, kind }) => ({ name: label, kind })),
    totalBytes: undefined,
    report: { rowsRead: 0, skipped: [], warnings: [] },
    async *batches() {
      yield { ...batch, displacements: displacements.slice() };
    },
  };
}

const CELLS = [
  [4_600_050, 1_740_050],
  [4_600_150, 1_740_050],
  [4_600_250, 1_740_150],
] as const;
const around = (dx: number) =>
  CELLS.flatMap(([e, n]) => [[e - dx, n + 20] as const, [e + dx, n - 20] as const]);
const ASCENDING: TrackShape = {
  name: 'ascending',
  firstDay: 18_000,
  step: 12,
  los: [-0.62, -0.1, 0.778],
  places: around(30),
};
const DESCENDING: TrackShape = {
  name: 'descending',
  firstDay: 18_003,
  step: 11,
  los: [0.59, -0.12, 0.798],
  places: [...around(10), [4_605_050, 1_740_050]],
};

async function readBatches(dataset: Dataset): Promise<SeriesBatch[]> {
  const batches: SeriesBatch[] = [];
  for await (const batch of dataset.batches()) batches.push(batch);
  return batches;
}

async function readRows(dataset: Dataset) {
  const rows = new Map<string, { series: Float32Array; attribute: (name: string) => number }>();
  for await (const batch of dataset.batches()) {
    for (let i = 0; i < batch.count; i++) {
      rows.set(batch.pids[i], {
        series: seriesOf(batch, i).slice(),
        attribute: (name) => numericAttribute(batch, name)![i],
      });
    }
  }
  return rows;
}

describe('decomposeTracks', () => {
  it('finds up and east of every cell that both tracks see, on dates of its own', async () => {
    const result = await decomposeTracks([makeTrack(ASCENDING), makeTrack(DESCENDING)], {
      ...OPTIONS,
      northVelocity: 4,
    });
    expect(result).toMatchObject({ sites: 3, oneSided: 1, illConditioned: 0, epsg: 3035 });
    const { days } = result.dataset.axis;
    expect(days[0]).toBe(18_003);
    expect(days[1] - days[0]).toBe(6);
    expect(days[days.length - 1]).toBeLessThanOrEqual(18_003 + 59 * 11);
    const rows = await readRows(result.dataset);
    expect(rows.size).toBe(6);
    for (const [easting, northing] of CELLS) {
      const { up, east } = motionAt(easting, northing);
      for (const [letter, rate] of [
        ['U', up],
        ['E', east],
      ] as const) {
        const row = rows.get(`E${easting}N${northing}-${letter}`)!;
        expect(row.attribute('mean_velocity')).toBeCloseTo(rate, 3);
        expect(row.attribute('points')).toBe(4);
        const last = row.series.length - 1;
        expect(row.series[last] - row.series[0]).toBeCloseTo((rate * (days[last] - days[0])) / 365.25, 3);
      }
    }
  });

  it('takes the points of the first file in place of cells', async () => {
    const result = await decomposeTracks([makeTrack(ASCENDING), makeTrack(DESCENDING)], {
      ...OPTIONS,
      northVelocity: 4,
      sites: { kind: 'points', radiusMetres: 50 },
    });
    const rows = await readRows(result.dataset);
    expect(result.sites).toBe(6);
    const { up, east } = motionAt(...ASCENDING.places[0]);
    expect(rows.get('ascending-0-U')!.attribute('mean_velocity')).toBeCloseTo(up, 3);
    expect(rows.get('ascending-0-E')!.attribute('mean_velocity')).toBeCloseTo(east, 3);
  });

  it('settles the offset of a third track and says how large it was', async () => {
    const third: TrackShape = { ...ASCENDING, name: 'third', los: [-0.7, -0.14, 0.7], offsetMm: 8 };
    const tracks = [makeTrack(ASCENDING), makeTrack(DESCENDING), makeTrack(third)];
    const options = { ...OPTIONS, northVelocity: 4 };
    const settled = await decomposeTracks(tracks, options);
    expect(Math.max(...settled.offsetsMm!)).toBeGreaterThan(1);
    const aligned = await readRows(settled.dataset);
    const raw = await decomposeTracks(tracks, { ...options, alignTracks: false });
    expect(raw.offsetsMm).toBeUndefined();
    for (const row of (await readRows(raw.dataset)).values()) {
      expect(row.attribute('residual_mm')).toBeGreaterThan(0.1);
    }
    for (const row of aligned.values()) expect(row.attribute('residual_mm')).toBeLessThan(1e-3);
  });

  it('refuses tracks without common time, without two sides, and without lines of sight', async () => {
    const late = makeTrack({ ...DESCENDING, firstDay: 20_000 });
    await expect(decomposeTracks([makeTrack(ASCENDING), late], OPTIONS)).rejects.toThrow('no time in common');
    const same = makeTrack({ ...ASCENDING, name: 'again' });
    await expect(decomposeTracks([makeTrack(ASCENDING), same], OPTIONS)).rejects.toThrow(
      '3 from too similar',
    );
    await expect(decomposeTracks([makeTrack(ASCENDING)], OPTIONS)).rejects.toMatchObject({ code: 'usage' });
    await expect(
      decomposeTracks([makeTrack(ASCENDING), makeTrack(DESCENDING)], { ...OPTIONS, northVelocity: 'gnss' }),
    ).rejects.toThrow('gnss_velocity_n');
  });
});

describe('projectDataset', () => {
  it('divides by the share of vertical motion that is seen', async () => {
    const dataset = makeTrack(ASCENDING);
    const [before] = await readBatches(dataset);
    const [after] = await readBatches(projectDataset(dataset, { kind: 'vertical' }));
    expect(after.displacements[70]).toBeCloseTo(before.displacements[70] / 0.778, 5);
    expect(numericAttribute(after, 'share_seen')![0]).toBeCloseTo(0.778, 12);
  });

  it('finds motion down a slope, and leaves out slopes that are not seen', async () => {
    // Down to the west at 30 degrees: the vector is (-cos 30, 0, -sin 30), of which the ascending radar sees 0.148.
    const west = projectDataset(makeTrack(ASCENDING), {
      kind: 'slope',
      aspectDegrees: 270,
      slopeDegrees: 30,
    });
    const [hidden] = await readBatches(west);
    expect(hidden.count).toBe(0);
    expect(west.report.skipped[0]).toMatchObject({ count: 6 });
    const east = projectDataset(makeTrack(ASCENDING), { kind: 'slope', aspectDegrees: 90, slopeDegrees: 30 });
    const [seen] = await readBatches(east);
    const share = -0.62 * Math.cos(Math.PI / 6) - 0.778 * 0.5;
    expect(numericAttribute(seen, 'share_seen')![0]).toBeCloseTo(share, 12);
  });
});
