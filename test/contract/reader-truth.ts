import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Dataset } from '../../src/series/dataset.js';
import type { SeriesBatch } from '../../src/series/series-batch.js';

/** Files that other programs made of the same points; the script beside them says how. */
export const FIXTURES = fileURLToPath(new URL('../fixtures/readers/', import.meta.url));

export interface Point {
  readonly longitude: number;
  readonly latitude: number;
  readonly series: readonly (number | null)[];
  readonly attributes: Readonly<Record<string, string | number | null>>;
}

export async function readPoints(dataset: Dataset, pointsPerBatch?: number): Promise<Map<string, Point>> {
  const points = new Map<string, Point>();
  for await (const batch of dataset.batches({ pointsPerBatch })) {
    if (pointsPerBatch !== undefined) expect(batch.count).toBeLessThanOrEqual(pointsPerBatch);
    expect(batch.attributes.map(({ name, kind }) => ({ name, kind }))).toEqual(dataset.fields);
    for (let i = 0; i < batch.count; i++) points.set(batch.pids[i], pointOf(batch, i));
  }
  return points;
}

function pointOf(batch: SeriesBatch, index: number): Point {
  const epochs = batch.axis.days.length;
  const orNull = (value: number) => (Number.isNaN(value) ? null : value);
  return {
    longitude: batch.longitude[index],
    latitude: batch.latitude[index],
    series: Array.from(batch.displacements.subarray(index * epochs, (index + 1) * epochs), orNull),
    attributes: Object.fromEntries(
      batch.attributes.map(({ name, kind, values }) => [
        name,
        kind === 'number' ? orNull(values[index]) : values[index] || null,
      ]),
    ),
  };
}

interface TruePoint extends Point {
  readonly pid: string;
}

/** points.csv, cell by cell. */
function readTruth(): { readonly dates: readonly string[]; readonly points: readonly TruePoint[] } {
  const [header, ...lines] = readFileSync(join(FIXTURES, 'points.csv'), 'utf8').trimEnd().split('\n');
  const names = header.split(',');
  const orNull = (text: string) => (text === '' ? null : Number(text));
  return {
    dates: names.slice(7),
    points: lines.map((line) => {
      // Only notes are quoted, and only they hold commas.
      const cells = (line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []).map((cell) =>
        cell.replace(/,$/, ''),
      );
      const note = cells[4].replace(/^"|"$/g, '').replaceAll('""', '"');
      return {
        pid: cells[0],
        longitude: Number(cells[1]),
        latitude: Number(cells[2]),
        attributes: {
          height_ortho: orNull(cells[3]),
          note: note || null,
          flag: cells[5],
          number: Number(cells[6]),
        },
        series: cells
          .slice(7, 7 + names.length - 7)
          .map((cell) => (cell === '' ? null : Math.fround(Number(cell)))),
      };
    }),
  };
}

export const TRUTH = readTruth();
