import proj4 from 'proj4';
import { dotProduct } from '../kinematics/linear-algebra.js';
import { orthonormalRows, removeProjection } from '../kinematics/orthonormal-basis.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import type { AttributeField } from '../series/series-batch.js';
import { SENTINEL1_WAVELENGTH_MM } from '../series/wavelength.js';

/** ETRS89 / LAEA Europe, the projection of EGMS products. */
const EPSG_3035 = '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m +no_defs';
const projection = proj4('WGS84', EPSG_3035);

/**
 * The numeric columns of an EGMS Level 2 file in their order, with the decimals they are written with. `pid` stands
 * before them, `latitude` and `longitude` after `mp_type`, the dates at the end.
 */
export const EGMS_COLUMNS = [
  ['mp_type', 0],
  ['easting', 2],
  ['northing', 2],
  ['height', 1],
  ['height_wgs84', 1],
  ['line', 0],
  ['pixel', 0],
  ['rmse', 1],
  ['temporal_coherence', 2],
  ['amplitude_dispersion', 2],
  ['incidence_angle', 2],
  ['track_angle', 2],
  ['los_east', 3],
  ['los_north', 3],
  ['los_up', 3],
  ['mean_velocity', 1],
  ['mean_velocity_std', 1],
  ['acceleration', 2],
  ['acceleration_std', 2],
  ['seasonality', 1],
  ['seasonality_std', 1],
] as const;

export type EgmsColumn = (typeof EGMS_COLUMNS)[number][0];
export type EgmsRow = Record<EgmsColumn, number>;

export const EGMS_FIELDS: readonly AttributeField[] = EGMS_COLUMNS.map(([name]) => ({
  name,
  kind: 'number',
}));

/** What EGMS computes from a series. */
export type SeriesStatistics = Pick<
  EgmsRow,
  | 'rmse'
  | 'temporal_coherence'
  | 'mean_velocity'
  | 'mean_velocity_std'
  | 'acceleration'
  | 'acceleration_std'
  | 'seasonality'
  | 'seasonality_std'
>;

/**
 * Prepares the estimates that EGMS gives with each series, after its product description: velocity from a line with an
 * annual term; acceleration, twice the coefficient of t², from a parabola with an annual term; seasonality, the
 * amplitude of the annual term beside a cubic; `rmse` and coherence from what the last leaves.
 */
export function createSeriesStatistics(axis: EpochAxis): (series: ArrayLike<number>) => SeriesStatistics {
  const { years } = axis;
  const middle = years[years.length - 1] / 2;
  const one = new Float64Array(years.length).fill(1);
  const time = years.map((year) => year - middle);
  const square = time.map((value) => value ** 2);
  const cube = time.map((value) => value ** 3);
  const cosine = years.map((year) => Math.cos(2 * Math.PI * year));
  const sine = years.map((year) => Math.sin(2 * Math.PI * year));
  const velocity = createEstimator([one, cosine, sine], time);
  const curvature = createEstimator([one, cosine, sine, time], square);
  const cosinePart = createEstimator([one, time, square, cube, sine], cosine);
  const sinePart = createEstimator([one, time, square, cube, cosine], sine);
  const basis = orthonormalRows([one, time, square, cube, cosine, sine]);
  const residual = new Float64Array(years.length);
  const radiansPerMm = (4 * Math.PI) / SENTINEL1_WAVELENGTH_MM;

  return (series) => {
    removeProjection(series, basis, residual);
    const rmse = Math.sqrt(dotProduct(residual, residual) / residual.length);
    let real = 0;
    let imaginary = 0;
    for (let i = 0; i < residual.length; i++) {
      real += Math.cos(radiansPerMm * residual[i]);
      imaginary += Math.sin(radiansPerMm * residual[i]);
    }
    return {
      rmse,
      temporal_coherence: Math.hypot(real, imaginary) / residual.length,
      mean_velocity: dotProduct(velocity, series),
      mean_velocity_std: rmse * Math.sqrt(dotProduct(velocity, velocity)),
      acceleration: 2 * dotProduct(curvature, series),
      acceleration_std: 2 * rmse * Math.sqrt(dotProduct(curvature, curvature)),
      seasonality: Math.hypot(dotProduct(cosinePart, series), dotProduct(sinePart, series)),
      seasonality_std: rmse * Math.sqrt(dotProduct(cosinePart, cosinePart)),
    };
  };
}

/** Weights whose product with a series is the least-squares coefficient of `target` beside `others`. */
function createEstimator(others: readonly Float64Array[], target: Float64Array): Float64Array {
  const row = orthonormalRows([...others, target]).subarray(others.length * target.length);
  const scale = 1 / dotProduct(row, target);
  return row.map((value) => value * scale);
}

/** Direction from the ground to the satellite: east, north, up. Angles in degrees, the track's from north. */
export function lineOfSight(
  incidenceDegrees: number,
  trackDegrees: number,
): Pick<EgmsRow, 'los_east' | 'los_north' | 'los_up'> {
  const incidence = (incidenceDegrees * Math.PI) / 180;
  const track = (trackDegrees * Math.PI) / 180;
  return {
    los_east: -Math.sin(incidence) * Math.cos(track),
    los_north: Math.sin(incidence) * Math.sin(track),
    los_up: Math.cos(incidence),
  };
}

/** Easting and northing in EPSG:3035, m. */
export function projectToLaea(longitude: number, latitude: number): [number, number] {
  const [easting, northing] = projection.forward([longitude, latitude]);
  return [easting, northing];
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Ten characters like the ids of EGMS, every one its own; they begin with `sim`. */
export function simulatedPid(index: number): string {
  let text = '';
  let rest = index;
  for (let digit = 0; digit < 7; digit++) {
    text = BASE62[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return `sim${text}`;
}
