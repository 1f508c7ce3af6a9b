import { dirname, join } from 'node:path';
import { GroundTrendError } from '../errors.js';
import { MOST_TABLE_BYTES, readText } from '../read/file-source.node.js';
import { openDatasets } from '../read/open-datasets.node.js';
import type { DisplacementUnit } from '../read/read-options.js';
import type { Dataset } from '../series/dataset.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { takePoints } from '../series/take-points.js';
import { createSeriesBank } from '../simulate/residual-bank.js';
import type { TrainingSource } from '../simulate/training-samples.js';
import { parseLabelFile } from './label-file.js';
import { type Reading, type ReadSeries, readingsOf } from './readings.js';

/** Units of files by the ending of their path; mm where nothing matches. */
export type FileUnits = Readonly<Record<string, DisplacementUnit>>;

/**
 * Finds the labelled series of some tables in their files, which lie in `folder` (that of the first table where none is
 * given). Of a series in several tables the last reading counts. Throws `input` where a file or a point is missing.
 */
export async function loadReadings(
  tables: readonly string[],
  units: FileUnits,
  folder = dirname(tables[0]),
): Promise<ReadSeries[]> {
  const byFile = new Map<string, Map<string, Reading>>();
  for (const table of tables) {
    for (const reading of readingsOf(parseLabelFile(await readText(table, MOST_TABLE_BYTES), table))) {
      const points = byFile.get(reading.file) ?? new Map<string, Reading>();
      byFile.set(reading.file, points.set(reading.pid, reading));
    }
  }
  const loaded: ReadSeries[] = [];
  for (const [file, points] of byFile) {
    loaded.push(...(await findSeries(join(folder, file), file, points, units)));
  }
  return loaded;
}

/**
 * The labelled series of one file, by its tables: an archive can hold several, each with dates of its own. A name that
 * several of them have, as the two components of a place do, is that of the first: it was read once.
 */
async function findSeries(
  path: string,
  file: string,
  points: ReadonlyMap<string, Reading>,
  units: FileUnits,
): Promise<ReadSeries[]> {
  const found: ReadSeries[] = [];
  const missing = new Set(points.keys());
  for (const dataset of await openDatasets([path], { units: unitOfFile(path, units) })) {
    const parts: SeriesBatch[] = [];
    for await (const batch of dataset.batches()) {
      const wanted = batch.pids.flatMap((pid, index) => (missing.delete(pid) ? [index] : []));
      if (wanted.length > 0) parts.push(takePoints(batch, wanted));
    }
    const pids = parts.flatMap((part) => part.pids);
    const readings = pids.map((pid) => points.get(pid)!);
    if (readings.length === 0) continue;
    found.push({
      file,
      axis: dataset.axis,
      count: pids.length,
      displacements: Float32Array.from(parts.flatMap((part) => [...part.displacements])),
      longitude: Float64Array.from(parts.flatMap((part) => [...part.longitude])),
      latitude: Float64Array.from(parts.flatMap((part) => [...part.latitude])),
      readers: readings[0].labels.map((_, reader) =>
        Uint8Array.from(readings, ({ labels }) => labels[reader]),
      ),
    });
  }
  if (missing.size > 0) {
    const [first] = missing;
    throw new GroundTrendError('input', `The labelled point ${first} is not in this file.`, {
      place: { file: path },
    });
  }
  return found;
}

/** Series of a file to draw noise from, at the most. */
const MOST_BANK_SERIES = 6000;

/** Real files as sources of date axes and noise for the training simulator. */
export async function loadSources(paths: readonly string[], units: FileUnits): Promise<TrainingSource[]> {
  const sources: TrainingSource[] = [];
  for (const dataset of await openSources(paths, units)) sources.push(await readSource(dataset));
  return sources;
}

/** The tables of some files, each in its unit; a point counts in every one of them, as the two components of a place do. */
export async function openSources(paths: readonly string[], units: FileUnits): Promise<Dataset[]> {
  const tables: Dataset[] = [];
  for (const path of paths) tables.push(...(await openDatasets([path], { units: unitOfFile(path, units) })));
  return tables;
}

async function readSource(dataset: Dataset): Promise<TrainingSource> {
  const parts: Float32Array[] = [];
  let series = 0;
  for await (const { displacements, count } of dataset.batches()) {
    parts.push(displacements);
    series += count;
    if (series >= MOST_BANK_SERIES) break;
  }
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    values.set(part, offset);
    offset += part.length;
  }
  const bank = createSeriesBank(dataset.axis, values);
  return {
    name: dataset.name,
    axis: dataset.axis,
    weight: 1,
    bank,
    smoothShare: smoothShareOf(bank.residuals, dataset.axis.days.length),
    isInterpolated: /ortho/.test(dataset.format),
  };
}

/**
 * How many simulated series of this source should look filtered in time, by how alike neighbouring residuals are:
 * persistent-scatterer series stay below 0.4, small-baseline ones above 0.6.
 */
function smoothShareOf(residuals: Float32Array, dates: number): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i < residuals.length; i++) {
    squares += residuals[i] * residuals[i];
    if (i % dates > 0) products += residuals[i] * residuals[i - 1];
  }
  const alike = squares === 0 ? 0 : products / squares;
  if (alike > 0.55) return 0.9;
  return alike > 0.35 ? 0.45 : 0.2;
}

/** Unit of a file, by the ending of its path. */
export function unitOfFile(path: string, units: FileUnits): DisplacementUnit {
  return Object.entries(units).find(([ending]) => path.endsWith(ending))?.[1] ?? 'mm';
}
