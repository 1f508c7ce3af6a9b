import { GroundTrendError } from '../../errors.js';
import { createToDegrees, EPSG_LAEA_EUROPE, isLaeaEurope, type ToDegrees } from '../projection.js';
import { type ColumnRole, findRole } from './column-names.js';
import type { TableHeader } from './header.js';
import type { ReadOptions } from './read-options.js';
import { sampleNumbers, type TableSample } from './sample.js';

/** Which columns say where a point is: `x` is longitude or easting, `y` latitude or northing. */
export interface CoordinateColumns {
  readonly x: number;
  readonly y: number;
  /** Present where the columns hold metres. */
  readonly toDegrees: ToDegrees | undefined;
  /** Said once in the report. */
  readonly warning?: string;
}

/** The column that plays a role: the one chosen, else by its name. Throws `usage` where the chosen one is not there. */
export function chooseColumn(
  role: ColumnRole,
  header: TableHeader,
  options: ReadOptions,
  file: string,
): number | undefined {
  const wanted = options.columns?.[role];
  if (wanted === undefined) return findRole(role, header.names);
  const exact = header.names.indexOf(wanted);
  const index =
    exact >= 0 ? exact : header.names.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
  if (index >= 0) return index;
  const others = header.names.filter((_, column) => header.epochOfColumn[column] < 0);
  throw new GroundTrendError('usage', `There is no column "${wanted}" to take the ${role} from.`, {
    place: { file, line: 1 },
    advice: `The columns that are not dates: ${others.slice(0, 40).join(', ')}.`,
  });
}

/** Finds the columns of coordinates. Throws `input` where there are none, or metres in an unknown projection. */
export function chooseCoordinates(
  header: TableHeader,
  sample: TableSample,
  options: ReadOptions,
  isEgms: boolean,
  file: string,
): CoordinateColumns {
  const find = (role: ColumnRole) => chooseColumn(role, header, options, file);
  const longitude = find('longitude');
  const latitude = find('latitude');
  const easting = find('easting');
  const northing = find('northing');
  const areMetresChosen = options.columns?.easting !== undefined && options.columns.northing !== undefined;
  const hasMetres = easting !== undefined && northing !== undefined;

  const hasDegrees =
    longitude !== undefined && latitude !== undefined && holdsDegrees(sample, longitude, latitude);
  if (hasDegrees && !areMetresChosen) return { x: longitude, y: latitude, toDegrees: undefined };
  if (hasMetres) return projected(easting, northing, sample, options, isEgms, header, file);
  if (longitude !== undefined && latitude !== undefined) {
    if (options.epsg !== undefined) {
      return { x: longitude, y: latitude, toDegrees: createToDegrees(options.epsg) };
    }
    throw askForProjection(header.names[longitude], header.names[latitude], sample, longitude, file);
  }
  throw new GroundTrendError(
    'input',
    'There are no columns of coordinates: neither latitude and longitude nor easting and northing.',
    { place: { file, line: 1 }, advice: 'Say which columns they are, where they have other names.' },
  );
}

function projected(
  x: number,
  y: number,
  sample: TableSample,
  options: ReadOptions,
  isEgms: boolean,
  header: TableHeader,
  file: string,
): CoordinateColumns {
  if (options.epsg !== undefined) return { x, y, toDegrees: createToDegrees(options.epsg) };
  const eastings = sampleNumbers(sample, x);
  const northings = sampleNumbers(sample, y);
  const isEurope = eastings.length > 0 && isMostly(eastings, (value, i) => isLaeaEurope(value, northings[i]));
  if (!isEurope && !isEgms) throw askForProjection(header.names[x], header.names[y], sample, x, file);
  const warning = isEgms
    ? undefined
    : `${header.names[x]} and ${header.names[y]} were taken as EPSG:${EPSG_LAEA_EUROPE}, the projection of EGMS, ` +
      'since the numbers allow it; give the projection (--epsg) where it is another.';
  return { x, y, toDegrees: createToDegrees(EPSG_LAEA_EUROPE), warning };
}

/** Most rows decide: a damaged one is left for the scanner to find. */
function holdsDegrees(sample: TableSample, longitude: number, latitude: number): boolean {
  return (
    isMostly(sampleNumbers(sample, longitude), (value) => Math.abs(value) <= 360) &&
    isMostly(sampleNumbers(sample, latitude), (value) => Math.abs(value) <= 90)
  );
}

function isMostly(values: readonly number[], holds: (value: number, index: number) => boolean): boolean {
  return 2 * values.filter(holds).length >= values.length;
}

function askForProjection(xName: string, yName: string, sample: TableSample, x: number, file: string) {
  const example = sampleNumbers(sample, x)[0];
  return new GroundTrendError(
    'input',
    `The columns ${xName} and ${yName} hold metres${example === undefined ? '' : ` (${example})`}, ` +
      'and nothing says in which projection.',
    { place: { file, line: 1 }, advice: 'Say which, for example --epsg 32633 for WGS84 / UTM zone 33N.' },
  );
}
