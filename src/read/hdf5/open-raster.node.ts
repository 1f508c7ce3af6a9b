import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GroundTrendError } from '../../errors.js';
import type { TableSource } from '../tables/table-source.js';
import { readCubeLayout } from './cube-layout.js';
import { type Hdf5File, openHdf5 } from './hdf5-file.node.js';
import { readLicsbasLayout } from './licsbas-layout.js';
import { isLikelySize } from './likely-size.js';
import { type FindCompanion, readMintpyLayout } from './mintpy-layout.js';
import type { RasterLayout } from './raster-layout.js';
import { PIXEL_NAME, readRasterRows } from './raster-rows.js';

/** Where MintPy keeps the geometry, seen from a time series. */
const COMPANION_FOLDERS: readonly string[] = ['.', 'inputs', '../inputs', 'geo'];

/**
 * Opens a raster of series in HDF5, made by MintPy or LiCSBAS or as a netCDF cube, as a table of its pixels; an empty
 * list where the file holds none. The file and its companions are open while they are looked at and during a pass, and
 * not in between.
 *
 * Throws `input` where it is damaged or lacks something.
 */
export async function openRasterTables(path: string, name: string): Promise<TableSource[]> {
  const files: Hdf5File[] = [];
  const open: typeof openHdf5 = async (...of) => {
    const file = await openHdf5(...of);
    files.push(file);
    return file;
  };
  const layout = await open(path, name)
    .then((file) => readLayout(file, path, name, open))
    .finally(() => closeAll(files));
  if (layout === undefined) return [];
  const totalBytes = (await stat(path)).size;
  requireLikelySize(layout, totalBytes, name);
  return [
    {
      file: name,
      format: layout.format,
      columns: [
        { name: PIXEL_NAME, kind: 'text' },
        ...layout.attributes.map((attribute) => ({ name: attribute.name, kind: 'number' as const })),
      ],
      geometry: layout.geometry,
      series: layout.axis,
      unit: layout.unit,
      totalBytes,
      warnings: layout.warnings,
      async *rows(request) {
        try {
          yield* readRasterRows(layout, totalBytes, request);
        } finally {
          closeAll(files);
        }
      },
    },
  ];
}

function closeAll(files: readonly Hdf5File[]): void {
  for (const file of files) file.close();
}

/** All dates of one line of pixels are held at a time. */
const LARGEST_LINE_BYTES = 1 << 30;

/** Throws `input` where a header speaks of more pixels than the file can hold, before any room is made for them. */
function requireLikelySize({ axis, lines, samples }: RasterLayout, totalBytes: number, name: string): void {
  const lineBytes = 4 * axis.days.length * samples;
  if (isLikelySize(lineBytes * lines, totalBytes) && lineBytes <= LARGEST_LINE_BYTES) return;
  throw new GroundTrendError(
    'input',
    `This file of ${totalBytes} bytes says that it holds ${lines} x ${samples} pixels on ${axis.days.length} dates.`,
    { place: { file: name }, advice: 'Copy it again; a raster of that width is best cut into tiles.' },
  );
}

async function readLayout(
  file: Hdf5File,
  path: string,
  name: string,
  open: typeof openHdf5,
): Promise<RasterLayout | undefined> {
  const isStack = (dataset: string) => file.shapeOf(dataset)?.length === 3;
  if (isStack('timeseries') && file.names.includes('date')) {
    return readMintpyLayout(file, name, createCompanionFinder(path, open));
  }
  if (isStack('cum') && file.names.includes('imdates')) return readLicsbasLayout(file, name);
  return readCubeLayout(file, name);
}

/** A geocoded series (`geo_...`) has geocoded companions. Every file is opened once. */
function createCompanionFinder(path: string, open: typeof openHdf5): FindCompanion {
  const start = basename(path).startsWith('geo_') ? 'geo_' : '';
  const opened = new Map<string, Promise<Hdf5File>>();
  return async (prefix) => {
    for (const folder of COMPANION_FOLDERS.map((part) => join(dirname(path), part))) {
      const names = await readdir(folder).catch(() => []);
      const found = names.find((name) => name.startsWith(`${start}${prefix}`) && name.endsWith('.h5'));
      if (found === undefined) continue;
      const companion = join(folder, found);
      if (!opened.has(companion)) opened.set(companion, open(companion, companion));
      return opened.get(companion);
    }
    return undefined;
  };
}
