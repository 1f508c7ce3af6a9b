import {
  isUsable,
  type PlainPoint,
  type PlainTable,
  plainDate,
  plainLongitude,
  plainNumber,
} from './plain-points.js';

/** A row of a table in any format: its place in degrees and its cells by column. `undefined` is a row marked deleted. */
export interface PlainRow {
  readonly x?: unknown;
  readonly y?: unknown;
  readonly cells: ReadonlyMap<string, unknown>;
}

export const PID_NAMES = [
  'pid',
  'point_id',
  'pointid',
  'ps_id',
  'psid',
  'id_ps',
  'code',
  'id',
  'fid',
  'name',
];
export const LATITUDE_NAMES = ['latitude', 'lat', 'lat_wgs84', 'y', 'y_coord', 'coord_y'];
export const LONGITUDE_NAMES = ['longitude', 'lon', 'long', 'lng', 'lon_wgs84', 'x', 'x_coord', 'coord_x'];

/** The column that the best of some names stands for, in any case of letters. */
export function findName(names: readonly string[], wanted: readonly string[]): string | undefined {
  const best = wanted.find((name) => names.some((other) => other.toLowerCase() === name));
  return names.find((name) => name.toLowerCase() === best);
}

/** Rows to points; `mmPerUnit` as the file's unit, `attributes` the columns that are kept as the numbers they are. */
export function plainTable(
  columns: readonly string[],
  rows: readonly (PlainRow | undefined)[],
  mmPerUnit = 1,
  attributes: readonly string[] = [],
): PlainTable {
  const days = columns.filter((name) => plainDate(name) !== undefined);
  days.sort((left, right) => plainDate(left)!.localeCompare(plainDate(right)!));
  const [pid, longitude, latitude] = [PID_NAMES, LONGITUDE_NAMES, LATITUDE_NAMES].map((wanted) =>
    findName(columns, wanted),
  );
  const seen = new Set<string>();
  const points: PlainPoint[] = [];
  rows.forEach((row, index) => {
    if (row === undefined) return;
    const { cells } = row;
    const displacements = days.map((name) => toMillimetres(plainValue(cells.get(name)), mmPerUnit));
    if (displacements.includes(undefined)) return;
    const place = (own: unknown, column: string | undefined) =>
      plainValue(own === undefined && column !== undefined ? cells.get(column) : own) ?? Number.NaN;
    const point: PlainPoint = {
      pid: pid === undefined ? String(index) : plainText(cells.get(pid)),
      longitude: plainLongitude(place(row.x, longitude)),
      latitude: place(row.y, latitude),
      displacements: displacements as number[],
      attributes: attributes.map((name) => cells.get(name) as number),
    };
    if (isUsable(point, seen)) points.push(point);
  });
  return { dates: days.map((name) => plainDate(name)!), points, rows: rows.length };
}

/** `NaN` for nothing, `undefined` for what is no number. */
export function plainValue(value: unknown): number | undefined {
  if (value === undefined || value === null) return Number.NaN;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isNaN(value) || Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' ? plainNumber(value, '.') : undefined;
}

function plainText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function toMillimetres(value: number | undefined, mmPerUnit: number): number | undefined {
  if (value === undefined || Number.isNaN(value)) return value;
  const millimetres = Math.fround(value * mmPerUnit);
  return Math.abs(millimetres) <= 1e12 ? millimetres : undefined;
}
