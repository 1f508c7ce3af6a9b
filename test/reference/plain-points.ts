/** One row as a slow and simple reader takes it. */
export interface PlainPoint {
  readonly pid: string;
  readonly longitude: number;
  readonly latitude: number;
  /** In order of time, mm, `NaN` = missing. */
  readonly displacements: readonly number[];
  /** Cells of the columns that are neither name, place nor date, in the order of the columns. */
  readonly attributes: readonly (string | number | undefined)[];
}

/** What a slow and simple reader makes of a file: the rows that can be used, and how many others there are. */
export interface PlainTable {
  /** `YYYYMMDD`. */
  readonly dates: readonly string[];
  readonly points: readonly PlainPoint[];
  /** Rows in the file, those that cannot be used with them; `undefined` where that is not known. */
  readonly rows: number | undefined;
  /** The decimal mark of a table of text. */
  readonly mark?: '.' | ',';
}

const DATE = /^(?:d_?)?((?:19|20)\d\d)([-_/]?)(\d\d)\2(\d\d)(?:[t ]00:00(?::00(?:\.0+)?)?)?$/i;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `YYYYMMDD` of a column's name; `undefined` where it is no date of the calendar. */
export function plainDate(name: string): string | undefined {
  const match = DATE.exec(name);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[3]), Number(match[4])];
  const isLeap = year % 400 === 0 || (year % 4 === 0 && year % 100 !== 0);
  const days = (DAYS_IN_MONTH[month - 1] ?? 0) + (month === 2 && isLeap ? 1 : 0);
  return day >= 1 && day <= days ? match[1] + match[3] + match[4] : undefined;
}

const MISSING = ['', 'nan', '-nan', 'na', 'n/a', 'null', 'none'];

const NUMBERS = {
  '.': /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?$/i,
  ',': /^[+-]?([0-9]+(,[0-9]*)?|,[0-9]+)(e[+-]?[0-9]+)?$/i,
};

/** `NaN` for a missing number, `undefined` for what is none; nothing but decimal notation is a number. */
export function plainNumber(text: string, mark: '.' | ','): number | undefined {
  const trimmed = text.trim();
  if (MISSING.includes(trimmed.toLowerCase())) return Number.NaN;
  if (!NUMBERS[mark].test(trimmed)) return undefined;
  const value = Number(trimmed.replace(',', '.'));
  return Number.isFinite(value) ? value : undefined;
}

/** As the readers take longitudes that are counted from 0 to 360. */
export function plainLongitude(longitude: number): number {
  return longitude > 180 && longitude <= 360 ? longitude - 360 : longitude;
}

/** What every reader leaves out: no place, no value at all, no name, a name that came before. */
export function isUsable(point: PlainPoint, seen: Set<string>): boolean {
  const { pid, longitude, latitude, displacements } = point;
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) return false;
  if (displacements.every(Number.isNaN) || pid === '' || seen.has(pid)) return false;
  seen.add(pid);
  return true;
}
