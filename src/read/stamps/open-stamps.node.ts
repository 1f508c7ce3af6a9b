import { readFile, stat } from 'node:fs/promises';
import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import { createEpochAxis } from '../../series/epoch-axis.js';
import { tryFile } from '../file-source.node.js';
import { type Hdf5File, openHdf5 } from '../hdf5/hdf5-file.node.js';
import { isLikelySize } from '../hdf5/likely-size.js';
import { createBlock } from '../tables/block-builder.js';
import type { RowBlock, RowRequest, TableSource } from '../tables/table-source.js';
import { type Matrix, readMat5 } from './mat5-file.node.js';

/** What `ps_plot(..., 'ts')` saves (StaMPS 4, ts_flaghelper.m), and before 4.0 the phases in place of displacements. */
const NAMES = ['ph_mm', 'ph_uw', 'lonlat', 'day', 'lambda'] as const;

/** MATLAB's day number of 1970-01-01. */
const DATENUM_1970 = 719_529;

/** The series of points, however the file holds them. */
interface StampsSeries {
  readonly points: number;
  readonly longitude: ArrayLike<number>;
  readonly latitude: ArrayLike<number>;
  readonly days: readonly number[];
  /** From the file's numbers to mm towards the satellite. */
  readonly mmPerUnit: number;
  /** Numbers of points, date after date. */
  read(from: number, to: number): ArrayLike<number>;
  /** Gives back what is held open; another pass may follow. */
  close(): void;
}

/**
 * Opens the file that StaMPS writes for `ps_plot('v-do', 'ts')` (`ps_plot_ts_v-do.mat`): `ph_mm` (points x dates, mm
 * towards the satellite) or `ph_uw` (radians, `-ph_uw * lambda / 4 pi`), `lonlat` and `day`. Files of MATLAB's version
 * 7.3 are read in parts, older ones are held whole.
 *
 * Throws `input` where it holds something else or is damaged.
 */
export async function openStampsTable(path: string, name: string, isHdf5: boolean): Promise<TableSource> {
  const series = isHdf5 ? await openVersion73(path, name) : await openVersion5(path, name);
  return {
    file: name,
    format: 'StaMPS time series',
    columns: [],
    geometry: { system: 'degrees', description: 'WGS 84' },
    series: createEpochAxis(series.days, { file: name }),
    unit: 'mm',
    totalBytes: undefined,
    warnings: [],
    rows: (request) => readRows(series, request),
  };
}

async function* readRows(series: StampsSeries, request: RowRequest): AsyncGenerator<RowBlock> {
  const { epochs, rowsPerBlock, mmPerUnit, signal } = request;
  const factor = series.mmPerUnit * mmPerUnit;
  try {
    for (let first = 0; first < series.points; first += rowsPerBlock) {
      throwIfCancelled(signal);
      const count = Math.min(rowsPerBlock, series.points - first);
      const block = createBlock(count, first, request);
      const values = series.read(first, first + count);
      for (let row = 0; row < count; row++) {
        block.x[row] = series.longitude[first + row];
        block.y[row] = series.latitude[first + row];
        for (let epoch = 0; epoch < epochs; epoch++) {
          block.displacements[row * epochs + epoch] = values[epoch * count + row] * factor;
        }
      }
      yield block;
    }
  } finally {
    series.close();
  }
}

async function openVersion5(path: string, name: string): Promise<StampsSeries> {
  const bytes = await tryFile(name, () => readFile(path));
  let found: Map<string, Matrix>;
  try {
    found = readMat5(bytes, NAMES);
  } catch (cause) {
    throw new GroundTrendError('input', 'This MATLAB file ends early or is damaged.', {
      place: { file: name },
      advice: `Copy it again. (${(cause as Error).message})`,
      cause,
    });
  }
  const displacements = found.get('ph_mm') ?? found.get('ph_uw');
  const lonlat = found.get('lonlat');
  const day = found.get('day');
  const lambda = found.has('ph_mm') ? undefined : found.get('lambda');
  requireParts(displacements, lonlat, day, found.has('ph_mm') || lambda !== undefined, name);
  const { rows, columns, values } = displacements!;
  return describeSeries(rows, lonlat!, day!, lambda, {
    read(from, to) {
      const part = new Float64Array((to - from) * columns);
      for (let column = 0; column < columns; column++) {
        for (let row = from; row < to; row++) {
          part[column * (to - from) + row - from] = values[column * rows + row];
        }
      }
      return part;
    },
    close() {},
  });
}

/** HDF5 counts the dimensions the other way round: dates x points. */
async function openVersion73(path: string, name: string): Promise<StampsSeries> {
  const fileBytes = (await tryFile(name, () => stat(path))).size;
  const file = await openHdf5(path, name);
  try {
    return readVersion73(file, name, fileBytes);
  } finally {
    file.close();
  }
}

function readVersion73(file: Hdf5File, name: string, fileBytes: number): StampsSeries {
  const dataset = file.shapeOf('ph_mm') ? 'ph_mm' : 'ph_uw';
  const all = (wanted: string): Matrix | undefined => {
    const shape = file.shapeOf(wanted);
    if (shape?.length !== 2) return undefined;
    if (!isLikelySize(8 * shape[0] * shape[1], fileBytes)) {
      throw new GroundTrendError(
        'input',
        `This file of ${fileBytes} bytes says that ${wanted} has ${shape[1]} x ${shape[0]} numbers.`,
        { place: { file: name }, advice: 'Copy it again.' },
      );
    }
    const values = file.readNumbers(wanted, [
      [0, shape[0]],
      [0, shape[1]],
    ]);
    return { rows: shape[1], columns: shape[0], values };
  };
  const [columns = 0, rows = 0] = file.shapeOf(dataset) ?? [];
  const displacements = rows > 0 ? { rows, columns } : undefined;
  const lonlat = all('lonlat');
  const day = all('day');
  const lambda = dataset === 'ph_mm' ? undefined : all('lambda');
  requireParts(displacements, lonlat, day, dataset === 'ph_mm' || lambda !== undefined, name);
  return describeSeries(rows, lonlat!, day!, lambda, {
    read: (from, to) =>
      file.readNumbers(dataset, [
        [0, columns],
        [from, to],
      ]),
    close: file.close,
  });
}

function describeSeries(
  points: number,
  lonlat: Matrix,
  day: Matrix,
  lambda: Matrix | undefined,
  access: Pick<StampsSeries, 'read' | 'close'>,
): StampsSeries {
  const places = Float64Array.from(lonlat.values);
  return {
    points,
    longitude: places.subarray(0, points),
    latitude: places.subarray(points),
    days: daysOf(day.values),
    mmPerUnit: factorOf(lambda?.values[0]),
    ...access,
  };
}

function requireParts(
  displacements: Pick<Matrix, 'rows' | 'columns'> | undefined,
  lonlat: Matrix | undefined,
  day: Matrix | undefined,
  hasUnit: boolean,
  name: string,
): void {
  const place = { file: name };
  if (displacements === undefined || lonlat === undefined || day === undefined || !hasUnit) {
    throw new GroundTrendError('input', 'This MATLAB file holds no series of StaMPS (ph_mm, lonlat, day).', {
      place,
      advice: "ps_plot('v-do', 'ts') in StaMPS writes ps_plot_ts_v-do.mat, which is read.",
    });
  }
  const isFitting =
    lonlat.rows === displacements.rows &&
    lonlat.columns === 2 &&
    day.rows * day.columns === displacements.columns;
  if (isFitting) return;
  throw new GroundTrendError(
    'input',
    `The parts of this file do not fit: ${displacements.rows} x ${displacements.columns} displacements, ` +
      `${lonlat.rows} x ${lonlat.columns} places, ${day.rows * day.columns} dates.`,
    { place },
  );
}

function daysOf(datenums: ArrayLike<number>): number[] {
  return Array.from(datenums, (datenum) => Math.floor(datenum) - DATENUM_1970);
}

/** StaMPS counts phases that grow away from the satellite; without a wavelength the numbers are mm. */
function factorOf(lambdaMetres: number | undefined): number {
  return lambdaMetres === undefined ? 1 : (-1000 * lambdaMetres) / (4 * Math.PI);
}
