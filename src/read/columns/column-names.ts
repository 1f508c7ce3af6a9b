/** What a column can be to the reader, beside an attribute or a date. */
export type ColumnRole = 'pid' | 'latitude' | 'longitude' | 'easting' | 'northing';

/** Names that a role goes by, in lower case, the best first. */
const ROLE_NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  pid: ['pid', 'point_id', 'pointid', 'ps_id', 'psid', 'id_ps', 'code', 'id', 'fid', 'name'],
  latitude: ['latitude', 'lat', 'lat_wgs84', 'y', 'y_coord', 'coord_y'],
  longitude: ['longitude', 'lon', 'long', 'lng', 'lon_wgs84', 'x', 'x_coord', 'coord_x'],
  easting: ['easting', 'east_m', 'x_3035', 'utm_x', 'x_utm'],
  northing: ['northing', 'north_m', 'y_3035', 'utm_y', 'y_utm'],
};

/**
 * Other names of attributes; the canonical name is that of the newest EGMS release (2020-2024). A velocity keeps its
 * own name: other makers count it in other units.
 */
const ATTRIBUTE_NAMES: ReadonlyMap<string, string> = new Map([
  ['height', 'height_ortho'],
  ['height_wgs84', 'height_ellipse'],
  ['rmse', 'rmse_ts'],
  ['coherence', 'temporal_coherence'],
  ['temp_coherence', 'temporal_coherence'],
  ['coher', 'temporal_coherence'],
  ['coer', 'temporal_coherence'],
  ['coh', 'temporal_coherence'],
]);

const CANONICAL_NAMES: ReadonlySet<string> = new Set([
  'easting',
  'northing',
  'mp_type',
  'cluster_label',
  'height_ortho',
  'height_ellipse',
  'line',
  'pixel',
  'rmse_ts',
  'temporal_coherence',
  'amplitude_dispersion',
  'incidence_angle',
  'track_angle',
  'los_east',
  'los_north',
  'los_up',
  'mean_velocity',
  'mean_velocity_std',
  'acceleration',
  'acceleration_std',
  'seasonality',
  'seasonality_std',
  'gnss_velocity',
]);

/** The index of the column that plays a role by its name, or `undefined`. */
export function findRole(role: ColumnRole, names: readonly string[]): number | undefined {
  const lower = names.map((name) => name.toLowerCase());
  for (const candidate of ROLE_NAMES[role]) {
    const index = lower.indexOf(candidate);
    if (index >= 0) return index;
  }
  return undefined;
}

/**
 * The names that attributes go by from here on: the newest EGMS name where the column has an older one, its own name
 * otherwise, `column_7` where it has none. A name that is taken already gets a number (`note_2`).
 */
export function canonicalNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const result: string[] = new Array(names.length);
  const claim = (index: number, wanted: string) => {
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
    taken.add(name);
    result[index] = name;
  };
  // Columns that have the canonical name themselves come before those that would be renamed to it.
  const later: number[] = [];
  names.forEach((name, index) => {
    const lower = name.toLowerCase();
    if (CANONICAL_NAMES.has(lower)) claim(index, lower);
    else later.push(index);
  });
  for (const index of later) {
    const renamed = ATTRIBUTE_NAMES.get(names[index].toLowerCase());
    const own = names[index] === '' ? `column_${index + 1}` : names[index];
    claim(index, renamed === undefined || taken.has(renamed) ? own : renamed);
  }
  return result;
}
