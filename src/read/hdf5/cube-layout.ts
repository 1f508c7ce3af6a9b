import { GroundTrendError } from '../../errors.js';
import { createEpochAxis, type EpochAxis, parseDay } from '../../series/epoch-axis.js';
import { readProjectionText } from '../projection-text.js';
import type { DisplacementUnit } from '../read-options.js';
import type { TableGeometry } from '../tables/table-source.js';
import type { Hdf5File, NumberArray } from './hdf5-file.node.js';
import type { RasterGrid, RasterLayer, RasterLayout } from './raster-layout.js';

/** Of a coordinate. */
const MOST_VALUES = 1_000_000;
const SERIES_NAME = /displ|deform|series|cum|los/i;
const SINCE = /^(day|hour|minute|second)s?\s+since\s+(\d{4}-\d{1,2}-\d{1,2})(.*)$/i;
const DAYS_PER: Readonly<Record<string, number>> = {
  day: 1,
  hour: 1 / 24,
  minute: 1 / 1440,
  second: 1 / 86_400,
};
const CALENDARS: ReadonlySet<string> = new Set(['standard', 'gregorian', 'proleptic_gregorian']);
/** Years of four digits: what lies outside was never a date of a satellite. */
const FIRST_DAY = parseDay('1000-01-01')!;
const LAST_DAY = parseDay('9999-12-31')!;
const UNITS: readonly (readonly [unit: DisplacementUnit, name: RegExp])[] = [
  ['mm', /^(mm|milli(met(er|re)s?)?)$/i],
  ['cm', /^(cm|centi(met(er|re)s?)?)$/i],
  ['m', /^(m|met(er|re)s?)$/i],
];

/** One of the two coordinates of a grid. */
interface GridCoordinate {
  readonly dataset: string;
  readonly areDegrees: boolean;
}

/**
 * Understands a cube of displacements in netCDF-4 that keeps the CF conventions (cfconventions.org, chapters 4 and 5):
 * dates x lines x samples, with coordinate variables of time (`days since ...`), of latitude and longitude or of a
 * projection's `y` and `x`, the projection as well-known text in the grid mapping (`crs_wkt`, or GDAL's `spatial_ref`).
 * Every raster of one value a pixel is an attribute. `undefined` where no variable counts time.
 *
 * Throws `input` where the cube cannot be told, or something of it is missing.
 */
export function readCubeLayout(file: Hdf5File, name: string): RasterLayout | undefined {
  const place = { file: name };
  const time = file.names.find(
    (dataset) =>
      file.shapeOf(dataset)?.length === 1 && SINCE.test(file.attributeOf(dataset, 'units')?.trim() ?? ''),
  );
  if (time === undefined) return undefined;
  const axis = readTimes(file, time, name);
  const stack = chooseStack(file, axis, name);
  if (stack === undefined) return undefined;
  const [, lines, samples] = file.shapeOf(stack)!;
  const x = findCoordinate(
    file,
    samples,
    /^(x|lon|longitude|easting)$/i,
    /longitude|projection_x/,
    /^degrees?_?e/i,
  );
  const y = findCoordinate(
    file,
    lines,
    /^(y|lat|latitude|northing)$/i,
    /latitude|projection_y/,
    /^degrees?_?n/i,
  );
  if (x === undefined || y === undefined) {
    throw new GroundTrendError(
      'input',
      `Nothing says where the ${x === undefined ? 'columns' : 'lines'} of ${stack} are.`,
      {
        place,
        advice: 'Give it coordinates of one dimension: lat and lon, or y and x of a projection.',
      },
    );
  }
  const units = file.attributeOf(stack, 'units')?.trim();
  return {
    format: 'netCDF cube of displacements',
    axis,
    stack: describeLayer(file, stack),
    lines,
    samples,
    unit: units === undefined ? 'mm' : unitOf(units, stack, name),
    geometry:
      x.areDegrees && y.areDegrees
        ? { system: 'degrees', description: 'WGS 84' }
        : findSystem(file, stack, name),
    place: readGrid(file, x, y, name),
    mask: undefined,
    attributes: file.names
      .filter((dataset) => {
        const shape = file.shapeOf(dataset);
        return shape?.length === 2 && shape[0] === lines && shape[1] === samples;
      })
      .map((dataset) => ({ ...describeLayer(file, dataset), name: dataset })),
    warnings:
      units === undefined
        ? [`${stack} does not say its units: they are taken as mm (--units m for metres).`]
        : [],
  };
}

function readTimes(file: Hdf5File, time: string, name: string): EpochAxis {
  const place = { file: name };
  const calendar = (file.attributeOf(time, 'calendar') ?? 'standard').toLowerCase();
  if (!CALENDARS.has(calendar)) {
    throw new GroundTrendError('input', `${time} counts in a calendar of its own, ${calendar}.`, { place });
  }
  const [, unit, origin, rest] = SINCE.exec(file.attributeOf(time, 'units')!.trim())!;
  const [year, month, day] = origin.split('-');
  const start = parseDay(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  const [, hours = '0', minutes = '0'] = /(\d{1,2}):(\d{2})/.exec(rest) ?? [];
  if (start === undefined) {
    throw new GroundTrendError('input', `${time} counts from "${origin}", which is no date.`, { place });
  }
  const offset = start + Number(hours) / 24 + Number(minutes) / 1440;
  const values = readCoordinate(file, time, name);
  if (!values.every(Number.isFinite)) {
    throw new GroundTrendError('input', `${time} lacks dates.`, { place });
  }
  // A microsecond more: a time of day that is midnight may be written as a hair less.
  const hair = 1e-6 / 86_400;
  const days = Array.from(values, (value) =>
    Math.floor(offset + value * DAYS_PER[unit.toLowerCase()] + hair),
  );
  const far = days.findIndex((value) => !(value >= FIRST_DAY && value <= LAST_DAY));
  if (far >= 0) {
    throw new GroundTrendError('input', `${time} holds ${values[far]} ${unit}, which is no date.`, { place });
  }
  return createEpochAxis(days, place);
}

/** The only cube of numbers over the dates, or the only one that is called like displacements. */
function chooseStack(file: Hdf5File, axis: EpochAxis, name: string): string | undefined {
  const cubes = file.names.filter((dataset) => file.shapeOf(dataset)?.length === 3);
  const overTime = cubes.filter((dataset) => file.shapeOf(dataset)![0] === axis.days.length);
  const called = overTime.filter((dataset) => SERIES_NAME.test(dataset));
  const [found, ...others] = called.length > 0 ? called : overTime;
  if (found !== undefined && others.length === 0) return found;
  if (cubes.length === 0) return undefined;
  throw new GroundTrendError(
    'input',
    found === undefined
      ? `No cube has the ${axis.days.length} dates as its first dimension: ${cubes.join(', ')}.`
      : `There are several cubes: ${[found, ...others].join(', ')}.`,
    {
      place: { file: name },
      advice:
        found === undefined
          ? 'Order its dimensions as time, y, x (ncpdq, or transpose in xarray) and try again.'
          : 'Keep the one of the displacements only (ncks -v, or xarray) and try again.',
    },
  );
}

function describeLayer(file: Hdf5File, dataset: string): RasterLayer {
  const numberOf = (attribute: string) => {
    const text = file.attributeOf(dataset, attribute);
    return text === undefined ? undefined : Number(text);
  };
  return {
    file,
    dataset,
    packing: {
      missing: numberOf('_FillValue') ?? numberOf('missing_value'),
      factor: numberOf('scale_factor') ?? 1,
      offset: numberOf('add_offset') ?? 0,
    },
  };
}

function unitOf(units: string, stack: string, name: string): DisplacementUnit {
  const found = UNITS.find(([, pattern]) => pattern.test(units));
  if (found !== undefined) return found[0];
  throw new GroundTrendError('input', `${stack} is counted in ${units}, not in a unit of length.`, {
    place: { file: name },
  });
}

function findCoordinate(
  file: Hdf5File,
  length: number,
  names: RegExp,
  standardNames: RegExp,
  degrees: RegExp,
): GridCoordinate | undefined {
  const coordinates = file.names.filter((dataset) => {
    const shape = file.shapeOf(dataset);
    return shape?.length === 1 && shape[0] === length;
  });
  const isDegrees = (dataset: string) =>
    degrees.test(file.attributeOf(dataset, 'units') ?? '') || /^(lat|lon)/i.test(dataset);
  const dataset =
    coordinates.find((candidate) => standardNames.test(file.attributeOf(candidate, 'standard_name') ?? '')) ??
    coordinates.find((candidate) => names.test(candidate)) ??
    coordinates.find((candidate) => degrees.test(file.attributeOf(candidate, 'units') ?? ''));
  return dataset === undefined ? undefined : { dataset, areDegrees: isDegrees(dataset) };
}

/** The projection of a cube: its grid mapping, or whatever else holds one. */
function findSystem(file: Hdf5File, stack: string, name: string): TableGeometry {
  const mapping = file.attributeOf(stack, 'grid_mapping');
  for (const dataset of [mapping, 'spatial_ref', 'crs', ...file.names]) {
    if (dataset === undefined) continue;
    const text = file.attributeOf(dataset, 'crs_wkt') ?? file.attributeOf(dataset, 'spatial_ref');
    if (text !== undefined) return readProjectionText(text, name);
  }
  return { system: 'unknown', description: 'This netCDF file does not say its projection' };
}

function readGrid(file: Hdf5File, x: GridCoordinate, y: GridCoordinate, name: string): RasterGrid {
  const [firstX, stepX] = readSteps(file, x.dataset, name);
  const [firstY, stepY] = readSteps(file, y.dataset, name);
  return { firstX, firstY, stepX, stepY };
}

/** First value and step of a coordinate, whose values are those of the pixels' centres. */
function readSteps(file: Hdf5File, dataset: string, name: string): [number, number] {
  const values = readCoordinate(file, dataset, name);
  const last = values.length - 1;
  const step = last > 0 ? (values[last] - values[0]) / last : 0;
  const isEven = values.every((value, i) => Math.abs(value - values[0] - i * step) <= 0.05 * Math.abs(step));
  if (isEven) return [values[0], step];
  throw new GroundTrendError('input', `The values of ${dataset} are not evenly spaced.`, {
    place: { file: name },
    advice: 'Resample the cube to an even grid and try again.',
  });
}

/** Throws `input` where a header speaks of more values than any coordinate has, before room is made for them. */
function readCoordinate(file: Hdf5File, dataset: string, name: string): NumberArray {
  const [count] = file.shapeOf(dataset)!;
  if (count >= 1 && count <= MOST_VALUES) return file.readNumbers(dataset, [[0, count]]);
  throw new GroundTrendError('input', `${dataset} says that it has ${count} values.`, {
    place: { file: name },
    advice: 'Copy the file again; a raster of that width is best cut into tiles.',
  });
}
