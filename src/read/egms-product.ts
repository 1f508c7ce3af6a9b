/** What the name or the columns of a file say of its place in the European Ground Motion Service. */
export interface EgmsProduct {
  readonly level: 'L2a' | 'L2b' | 'L3';
  /** Relative orbit, three digits (`022`); levels 2a and 2b. */
  readonly track?: string;
  /** Burst index in the track, four digits; levels 2a and 2b. */
  readonly burst?: string;
  /** `IW1` to `IW3`; levels 2a and 2b. */
  readonly swath?: string;
  /** South-west corner in units of 100 km, `E45N17`; level 3. */
  readonly tile?: string;
  /** Direction of the displacements; `los` is the line of sight, positive towards the satellite. */
  readonly component: 'los' | 'up' | 'east' | undefined;
  /** First and last year of the release (`2020-2024`); the release to 2021 does not say. */
  readonly period?: string;
  /** False where only the columns say so: a derived or simulated file in the form of a product. */
  readonly isNamed: boolean;
}

const LEVEL_2 = /EGMS_L2([ab])_(\d{3})_(\d{4})_(IW\d)_[VH]{2}(?:_(\d{4})_(\d{4})_\d+)?(?=[^A-Za-z0-9]|$)/i;
const LEVEL_3 = /EGMS_L3_(E\d{2}N\d{2})_100km_([UE])(?:_(\d{4})_(\d{4})_\d+)?(?=[^A-Za-z0-9]|$)/i;

/** Recognises a product by the file's name, else by its columns (canonical names); `undefined` where neither fits. */
export function recogniseEgms(fileName: string, columns: ReadonlySet<string>): EgmsProduct | undefined {
  const level2 = LEVEL_2.exec(fileName);
  if (level2) {
    return {
      level: level2[1].toLowerCase() === 'a' ? 'L2a' : 'L2b',
      track: level2[2],
      burst: level2[3],
      swath: level2[4].toUpperCase(),
      component: 'los',
      period: periodOf(level2[5], level2[6]),
      isNamed: true,
    };
  }
  const level3 = LEVEL_3.exec(fileName);
  if (level3) {
    return {
      level: 'L3',
      tile: level3[1].toUpperCase(),
      component: level3[2].toUpperCase() === 'U' ? 'up' : 'east',
      period: periodOf(level3[3], level3[4]),
      isNamed: true,
    };
  }
  return recogniseColumns(columns);
}

function recogniseColumns(columns: ReadonlySet<string>): EgmsProduct | undefined {
  const has = (...names: string[]) => names.every((name) => columns.has(name));
  if (!has('mean_velocity', 'mean_velocity_std', 'acceleration_std', 'seasonality_std', 'rmse_ts')) {
    return undefined;
  }
  if (has('cluster_label', 'los_east')) return { level: 'L2a', component: 'los', isNamed: false };
  if (has('mp_type', 'los_east')) return { level: 'L2b', component: 'los', isNamed: false };
  if (has('easting', 'northing') && !has('incidence_angle')) {
    return { level: 'L3', component: undefined, isNamed: false };
  }
  return undefined;
}

function periodOf(first: string | undefined, last: string | undefined): string | undefined {
  return first === undefined ? undefined : `${first}-${last}`;
}

const LEVEL_WORDS = { L2a: 'basic', L2b: 'calibrated', L3: 'ortho' } as const;
const COMPONENT_WORDS = { los: undefined, up: 'vertical', east: 'eastward' } as const;

/** `EGMS L2b (calibrated), track 022, burst 0845, IW2, 2020-2024`. */
export function describeEgms(product: EgmsProduct): string {
  const title = `EGMS ${product.level} (${LEVEL_WORDS[product.level]})`;
  if (!product.isNamed) return `delimited text in the form of ${title}`;
  const parts = [
    title,
    product.component && COMPONENT_WORDS[product.component],
    product.track && `track ${product.track}`,
    product.burst && `burst ${product.burst}`,
    product.swath,
    product.tile && `tile ${product.tile}`,
    product.period,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
