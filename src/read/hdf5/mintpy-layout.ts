import { GroundTrendError } from '../../errors.js';
import { createEpochAxis, parseDay } from '../../series/epoch-axis.js';
import { readProjectionCode } from '../projection-text.js';
import type { DisplacementUnit } from '../read-options.js';
import type { TableGeometry } from '../tables/table-source.js';
import type { Hdf5File } from './hdf5-file.node.js';
import type { RasterGrid, RasterLayer, RasterLayout } from './raster-layout.js';

/** Finds a file that MintPy keeps beside a time series by the start of its name; the nearest first. */
export type FindCompanion = (prefix: string) => Promise<Hdf5File | undefined>;

const UNITS: ReadonlySet<string> = new Set(['mm', 'cm', 'm']);

/** Layers of the geometry and the quality that become attributes, and what they are called here. */
const ATTRIBUTES: readonly (readonly [prefix: string, dataset: string, name: string])[] = [
  ['geometry', 'height', 'height'],
  ['geometry', 'incidenceAngle', 'incidence_angle'],
  ['temporalCoherence', 'temporalCoherence', 'temporal_coherence'],
];

/**
 * Understands MintPy's `timeseries*.h5` (datasets `timeseries`, `date`; the metadata stand in the root's attributes):
 * geocoded by `X_FIRST`, `X_STEP` (the corner of the first pixel), or in radar coordinates with `latitude` and
 * `longitude` of the geometry file. Pixels outside `maskTempCoh.h5` do not count.
 *
 * Throws `input` where the unit is no length, the mask is of another size, or the geometry file of a radar-coded series
 * is missing.
 */
export async function readMintpyLayout(
  file: Hdf5File,
  name: string,
  findCompanion: FindCompanion,
): Promise<RasterLayout> {
  const place = { file: name };
  const { attributes } = file;
  const [dates, lines, samples] = file.shapeOf('timeseries')!;
  const days = file.readTexts('date').map((text) => {
    const day = parseDay(text.slice(0, 8));
    if (day === undefined) throw new GroundTrendError('input', `"${text}" is no date.`, { place });
    return day;
  });
  if (days.length !== dates) {
    throw new GroundTrendError('input', `There are ${dates} rasters and ${days.length} dates.`, { place });
  }
  const unit = (attributes.UNIT ?? 'm').trim();
  if (!UNITS.has(unit)) {
    throw new GroundTrendError('input', `The series are counted in ${unit}, not in a unit of length.`, {
      place,
    });
  }
  const isGeocoded = attributes.X_FIRST !== undefined && attributes.Y_FIRST !== undefined;
  const maskFile = await findCompanion('maskTempCoh');
  if (maskFile !== undefined && !isOfSize(maskFile, 'mask', lines, samples)) {
    throw new GroundTrendError('input', `maskTempCoh.h5 holds no mask of ${lines} x ${samples} pixels.`, {
      place,
      advice: 'Make it anew for this series (generate_mask.py), or move it away to read all pixels.',
    });
  }
  const layers: (RasterLayer & { name: string })[] = [];
  for (const [prefix, dataset, attribute] of ATTRIBUTES) {
    const companion = await findCompanion(prefix);
    if (companion !== undefined && isOfSize(companion, dataset, lines, samples)) {
      layers.push({ file: companion, dataset, name: attribute });
    }
  }
  return {
    format: `MintPy time series, ${isGeocoded ? 'geocoded' : 'radar coordinates'}`,
    axis: createEpochAxis(days, place),
    stack: { file, dataset: 'timeseries' },
    lines,
    samples,
    unit: unit as DisplacementUnit,
    geometry: isGeocoded ? describeGrid(attributes, name) : { system: 'degrees', description: 'WGS 84' },
    place: isGeocoded ? readGrid(attributes) : await findRadarPlaces(findCompanion, lines, samples, name),
    mask: maskFile && { file: maskFile, dataset: 'mask' },
    attributes: layers,
    warnings:
      maskFile === undefined ? ['There is no maskTempCoh.h5 beside it: all pixels with data are read.'] : [],
  };
}

function readGrid(attributes: Readonly<Record<string, string>>): RasterGrid {
  const stepX = Number(attributes.X_STEP);
  const stepY = Number(attributes.Y_STEP);
  return {
    firstX: Number(attributes.X_FIRST) + stepX / 2,
    firstY: Number(attributes.Y_FIRST) + stepY / 2,
    stepX,
    stepY,
  };
}

function describeGrid(attributes: Readonly<Record<string, string>>, name: string): TableGeometry {
  const unit = attributes.X_UNIT ?? 'degrees';
  if (/^deg/i.test(unit)) return { system: 'degrees', description: 'WGS 84' };
  if (!/^m/i.test(unit)) {
    throw new GroundTrendError('input', `The grid is counted in ${unit}, neither degrees nor metres.`, {
      place: { file: name },
    });
  }
  const epsg = Number(attributes.EPSG) || epsgOfUtm(attributes.UTM_ZONE);
  if (epsg === undefined) {
    return {
      system: 'unknown',
      description: 'This MintPy file is on a grid of metres and does not say its projection',
    };
  }
  return readProjectionCode(epsg, name);
}

/** `11N` -> 32611, `60S` -> 32760. */
function epsgOfUtm(zone: string | undefined): number | undefined {
  const match = /^(\d{1,2})\s*([NS])/i.exec(zone ?? '');
  if (match === null) return undefined;
  return (match[2].toUpperCase() === 'S' ? 32700 : 32600) + Number(match[1]);
}

async function findRadarPlaces(
  findCompanion: FindCompanion,
  lines: number,
  samples: number,
  name: string,
): Promise<{ readonly x: RasterLayer; readonly y: RasterLayer }> {
  const geometry = await findCompanion('geometry');
  const hasPlaces =
    geometry !== undefined &&
    ['longitude', 'latitude'].every((dataset) => isOfSize(geometry, dataset, lines, samples));
  if (hasPlaces)
    return { x: { file: geometry, dataset: 'longitude' }, y: { file: geometry, dataset: 'latitude' } };
  throw new GroundTrendError(
    'input',
    'This time series is in radar coordinates, and no geometryRadar.h5 of its size says where its pixels are.',
    {
      place: { file: name },
      advice: 'Put geometryRadar.h5 beside it or into inputs/, or geocode the series (geocode.py).',
    },
  );
}

function isOfSize(file: Hdf5File, dataset: string, lines: number, samples: number): boolean {
  const shape = file.shapeOf(dataset);
  return shape?.length === 2 && shape[0] === lines && shape[1] === samples;
}
