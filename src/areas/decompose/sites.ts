/** Places at which several tracks are brought together, numbered from 0, in metres of one plane. */
export interface Sites {
  readonly count: number;
  /** Calls `use` with every site that a point at this place belongs to. */
  visit(easting: number, northing: number, use: (site: number) => void): void;
  positionOf(site: number): readonly [easting: number, northing: number];
  nameOf(site: number): string;
}

/** Keeps a column and a row of a grid apart in one exact number: 2^26 rows either side of zero. */
const ROWS = 2 ** 27;

function cellKey(column: number, row: number): number {
  return column * ROWS + row + ROWS / 2;
}

/**
 * The cells of a square grid through the plane's origin, each coming into being with its first point. A cell's place is
 * its centre, its name that place: `E4597550N1739750`.
 */
export function createGridSites(spacingMetres: number): Sites {
  const siteOfCell = new Map<number, number>();
  const columns: number[] = [];
  const rows: number[] = [];
  const positionOf = (site: number) =>
    [(columns[site] + 0.5) * spacingMetres, (rows[site] + 0.5) * spacingMetres] as const;
  return {
    get count() {
      return columns.length;
    },
    visit(easting, northing, use) {
      const column = Math.floor(easting / spacingMetres);
      const row = Math.floor(northing / spacingMetres);
      const key = cellKey(column, row);
      let site = siteOfCell.get(key);
      if (site === undefined) {
        site = columns.length;
        siteOfCell.set(key, site);
        columns.push(column);
        rows.push(row);
      }
      use(site);
    },
    positionOf,
    nameOf: (site) => {
      const [easting, northing] = positionOf(site);
      return `E${easting}N${northing}`;
    },
  };
}

export interface PointSites extends Sites {
  /** Adds a site of its own and returns its number. */
  add(pid: string, easting: number, northing: number): number;
}

/** Sites at given points: another point belongs to all of them that are at most a radius away. */
export function createPointSites(radiusMetres: number): PointSites {
  const pids: string[] = [];
  const eastings: number[] = [];
  const northings: number[] = [];
  const sitesOfCell = new Map<number, number[]>();
  const cellOf = (metres: number) => Math.floor(metres / radiusMetres);
  return {
    get count() {
      return pids.length;
    },
    add(pid, easting, northing) {
      const site = pids.push(pid) - 1;
      eastings.push(easting);
      northings.push(northing);
      const key = cellKey(cellOf(easting), cellOf(northing));
      const cell = sitesOfCell.get(key);
      if (cell) cell.push(site);
      else sitesOfCell.set(key, [site]);
      return site;
    },
    visit(easting, northing, use) {
      const column = cellOf(easting);
      const row = cellOf(northing);
      for (let x = column - 1; x <= column + 1; x++) {
        for (let y = row - 1; y <= row + 1; y++) {
          for (const site of sitesOfCell.get(cellKey(x, y)) ?? []) {
            const distance = Math.hypot(eastings[site] - easting, northings[site] - northing);
            if (distance <= radiusMetres) use(site);
          }
        }
      }
    },
    positionOf: (site) => [eastings[site], northings[site]],
    nameOf: (site) => pids[site],
  };
}
