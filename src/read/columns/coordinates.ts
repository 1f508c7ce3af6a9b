import { GroundTrendError } from '../../errors.js';
import { EPSG_LAEA_EUROPE, isLaeaEurope, requireProjection } from '../projection.js';
import type { ReadOptions } from '../read-options.js';
import { type ColumnRole, findRole } from './column-names.js';
import type { ColumnSample } from './column-sample.js';

/** Said where nothing names the points. */
export const NO_PID = 'No column names the points; their row numbers (from 0) stand for it.';

/** The file, and in text the line of the header. */
export interface HeaderPlace {
  readonly file: string;
  readonly line?: number;
}

/** Which columns say where a point is: `x` is longitude or easting, `y` latitude or northing. */
export interface CoordinateColumns {
  readonly x: number;
  readonly y: number;
  /** Projection of the columns, one that is known here; `undefined` where they hold degrees. */
  readonly epsg: number | undefined;
  /** Said once in the report. */
  readonly warning?: string;
}

/** The column that plays a role: the one chosen, else by its name. Throws `usage` where the chosen one is not there. */
export function chooseColumn(
  role: ColumnRole,
  columns: ColumnSample,
  options: ReadOptions,
  place: HeaderPlace,
): number | undefined {
  const wanted = options.columns?.[role];
  if (wanted === undefined) return findRole(role, columns.names);
  const exact = columns.names.indexOf(wanted);
  const index =
    exact >= 0 ? exact : columns.names.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
  if (index >= 0) return index;
  const others = columns.names.filter((_, column) => columns.epochOfColumn[column] < 0);
  throw new GroundTrendError('usage', `There is no column "${wanted}" to take the ${role} from.`, {
    place,
    advice: `The columns that are not dates: ${others.slice(0, 40).join(', ')}.`,
  });
}

/** Finds the columns of coordinates. Throws `input` where there are none, or metres in an unknown projection. */
export function chooseCoordinates(
  columns: ColumnSample,
  options: ReadOptions,
  isEgms: boolean,
  place: HeaderPlace,
): CoordinateColumns {
  const find = (role: ColumnRole) => chooseColumn(role, columns, options, place);
  const longitude = find('longitude');
  const latitude = find('latitude');
  const easting = find('easting');
  const northing = find('northing');
  const areMetresChosen = options.columns?.easting !== undefined && options.columns.northing !== undefined;
  const hasMetres = easting !== undefined && northing !== undefined;

  const hasDegrees =
    longitude !== undefined && latitude !== undefined && holdsDegrees(columns, longitude, latitude);
  if (hasDegrees && !areMetresChosen) return { x: longitude, y: latitude, epsg: undefined };
  if (hasMetres) return projected(easting, northing, columns, options, isEgms, place);
  if (longitude !== undefined && latitude !== undefined) {
    if (options.epsg !== undefined) {
      return { x: longitude, y: latitude, epsg: requireProjection(options.epsg) };
    }
    throw askForProjection(longitude, latitude, columns, place);
  }
  throw new GroundTrendError(
    'input',
    'There are no columns of coordinates: neither latitude and longitude nor easting and northing.',
    { place, advice: 'In the header, call them latitude and longitude, or easting and northing.' },
  );
}

function projected(
  x: number,
  y: number,
  columns: ColumnSample,
  options: ReadOptions,
  isEgms: boolean,
  place: HeaderPlace,
): CoordinateColumns {
  if (options.epsg !== undefined) return { x, y, epsg: requireProjection(options.epsg) };
  const eastings = columns.numbersOf(x);
  const northings = columns.numbersOf(y);
  const isEurope = eastings.length > 0 && isMostly(eastings, (value, i) => isLaeaEurope(value, northings[i]));
  if (!isEurope && !isEgms) throw askForProjection(x, y, columns, place);
  const warning = isEgms
    ? undefined
    : `${columns.names[x]} and ${columns.names[y]} were taken as EPSG:${EPSG_LAEA_EUROPE}, the projection of EGMS, ` +
      'since the numbers allow it; give the projection (--epsg) where it is another.';
  return { x, y, epsg: EPSG_LAEA_EUROPE, warning };
}

/** Most rows decide: a damaged one is left for the scanner to find. */
export function holdsDegrees(columns: ColumnSample, longitude: number, latitude: number): boolean {
  return (
    isMostly(columns.numbersOf(longitude), (value) => Math.abs(value) <= 360) &&
    isMostly(columns.numbersOf(latitude), (value) => Math.abs(value) <= 90)
  );
}

function isMostly(values: readonly number[], holds: (value: number, index: number) => boolean): boolean {
  return 2 * values.filter(holds).length >= values.length;
}

function askForProjection(x: number, y: number, columns: ColumnSample, place: HeaderPlace): GroundTrendError {
  const example = columns.numbersOf(x)[0];
  return new GroundTrendError(
    'input',
    `The columns ${columns.names[x]} and ${columns.names[y]} hold metres${example === undefined ? '' : ` (${example})`}, ` +
      'and nothing says in which projection.',
    { place, advice: 'Say which, for example --epsg 32633 for WGS84 / UTM zone 33N.' },
  );
}
