import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Dataset, File, ready } from 'h5wasm/node';
import { type PlainTable, plainDate } from './plain-points.js';
import { type PlainRow, plainTable } from './plain-rows.js';

/** A stack held whole, every number of it asked for by its place. */
interface PlainRaster {
  readonly days: readonly string[];
  readonly lines: number;
  readonly samples: number;
  readonly mmPerUnit: number;
  displacement(day: number, pixel: number): number;
  x(line: number, sample: number): number;
  y(line: number, sample: number): number;
  isMasked(pixel: number): boolean;
  /** Layers of one value a pixel. */
  readonly attributes: readonly ArrayLike<number>[];
}

/** A LiCSBAS stack (`cum.h5`), all of it at once. */
export async function readLicsbasPlainly(path: string): Promise<PlainTable> {
  return withFile(path, (file) => {
    const [dates, lines, samples] = shapeOf(file, 'cum')!;
    const days = Array.from(numbersOf(file, 'imdates'), String);
    requireDates(days, dates);
    const [x, y, stepX, stepY] = ['corner_lon', 'corner_lat', 'post_lon', 'post_lat'].map((name) =>
      Number((file.get(name) as Dataset).value),
    );
    const stack = numbersOf(file, 'cum');
    const layers = file.keys().filter((name) => shapeOf(file, name)?.join() === [lines, samples].join());
    const mask = layers.includes('mask') ? numbersOf(file, 'mask') : undefined;
    return plainRaster({
      days,
      lines,
      samples,
      mmPerUnit: 1,
      displacement: (day, pixel) => stack[day * lines * samples + pixel],
      x: (_, sample) => x + stepX * sample,
      y: (line) => y + stepY * line,
      isMasked: (pixel) => mask !== undefined && !(mask[pixel] > 0),
      attributes: layers.filter((name) => name !== 'mask').map((name) => numbersOf(file, name)),
    });
  });
}

/** MintPy's metadata say the unit in which the series are counted. */
const MINTPY_UNITS: Readonly<Record<string, number>> = { mm: 1, cm: 10, m: 1000 };

/**
 * A series of MintPy and what lies beside it: for `geo_timeseries*.h5` on degrees `geo_*.h5`, for others the geometry
 * in `inputs/`. `undefined` where it lies on a projection, which is not compared.
 */
export async function readMintpyPlainly(path: string): Promise<PlainTable | undefined> {
  const folder = dirname(path);
  const [geometry, mask, quality] = await Promise.all(
    [
      ['geo_geometryRadar.h5', 'inputs/geometryRadar.h5'],
      ['geo_maskTempCoh.h5'],
      ['geo_temporalCoherence.h5'],
    ].map((names) => readLayers(names.map((name) => join(folder, name)).find(existsSync))),
  );
  return withFile(path, (file) => {
    const metadata = (name: string): string | undefined => {
      const value = file.attrs[name]?.value;
      return value === undefined || value === null ? undefined : String(value);
    };
    const [dates, lines, samples] = shapeOf(file, 'timeseries')!;
    const layer = (layers: Layers, name: string) =>
      layers.get(name)?.shape.join() === [lines, samples].join() ? layers.get(name)!.values : undefined;
    const days = textsOf(file, 'date').map((text) => text.slice(0, 8));
    requireDates(days, dates);
    const mmPerUnit = MINTPY_UNITS[(metadata('UNIT') ?? 'm').trim()];
    if (mmPerUnit === undefined) throw new Error(`${metadata('UNIT')} is no unit`);
    const isGrid = metadata('X_FIRST') !== undefined && metadata('Y_FIRST') !== undefined;
    if (isGrid && (metadata('X_UNIT') ?? 'degrees')[0]?.toLowerCase() === 'm') return undefined;
    if (isGrid && !/^deg/i.test(metadata('X_UNIT') ?? 'degrees')) throw new Error('no unit of a place');
    const number = (name: string) => Number(metadata(name));
    const [longitude, latitude] = ['longitude', 'latitude'].map((name) => layer(geometry, name));
    if (!isGrid && (longitude === undefined || latitude === undefined)) throw new Error('no places');
    if (mask.has('mask') && layer(mask, 'mask') === undefined) throw new Error('a mask of another size');
    const stack = numbersOf(file, 'timeseries');
    return plainRaster({
      days,
      lines,
      samples,
      mmPerUnit,
      displacement: (day, pixel) => stack[day * lines * samples + pixel],
      // The metadata give the outer corner of the first pixel.
      x: (line, sample) =>
        isGrid ? number('X_FIRST') + number('X_STEP') * (sample + 0.5) : longitude![line * samples + sample],
      y: (line, sample) =>
        isGrid ? number('Y_FIRST') + number('Y_STEP') * (line + 0.5) : latitude![line * samples + sample],
      isMasked: (pixel) => layer(mask, 'mask') !== undefined && !(layer(mask, 'mask')![pixel] > 0),
      attributes: [
        layer(geometry, 'height'),
        layer(geometry, 'incidenceAngle'),
        layer(quality, 'temporalCoherence'),
      ].filter((values) => values !== undefined),
    });
  });
}

/** Of netCDF's values that nothing was written to; no length is so large. */
const LEAST_FILL = 9.9e36;
const NETCDF_UNITS: Readonly<Record<string, number>> = { mm: 1, cm: 10, m: 1000 };

/**
 * A cube `displacement` over `time`, `lat` and `lon` whose numbers are not packed and whose times are days; `undefined` for
 * any other.
 */
export async function readCubePlainly(path: string): Promise<PlainTable | undefined> {
  return withFile(path, (file) => {
    const isPlain = ['displacement', 'time', 'lat', 'lon'].every((name) => file.keys().includes(name));
    if (!isPlain || file.keys().some((name) => /cum|los|series|deform/i.test(name))) return undefined;
    const attribute = (name: string, key: string) => (file.get(name) as Dataset).attrs[key]?.value;
    const shape = shapeOf(file, 'displacement');
    const sizes = ['time', 'lat', 'lon'].map((name) => shapeOf(file, name)?.[0]);
    const since = /^days since (\d{4}-\d\d-\d\d)( 0?0:00(:00(\.0+)?)?)?$/.exec(
      String(attribute('time', 'units')),
    );
    const mmPerUnit = NETCDF_UNITS[String(attribute('displacement', 'units'))];
    const areNamed =
      attribute('lat', 'standard_name') === 'latitude' && attribute('lon', 'standard_name') === 'longitude';
    const isPacked = ['scale_factor', 'add_offset', 'missing_value'].some(
      (key) => attribute('displacement', key) !== undefined || attribute('height', key) !== undefined,
    );
    if (since === null || mmPerUnit === undefined || shape?.join() !== sizes.join()) return undefined;
    if (!areNamed || isPacked) return undefined;
    const [, lines, samples] = shape;
    const [time, lat, lon] = ['time', 'lat', 'lon'].map((name) => numbersOf(file, name));
    const days = Array.from(time, (count) =>
      new Date(Date.parse(since[1]) + Math.floor(count + 1e-11) * 86_400_000)
        .toISOString()
        .slice(0, 10)
        .replaceAll('-', ''),
    );
    const values = (name: string) => {
      const fill = attribute(name, '_FillValue');
      return Array.from(numbersOf(file, name), (value) =>
        value === Number(fill ?? Number.NaN) || Math.abs(value) >= LEAST_FILL ? Number.NaN : value,
      );
    };
    const stack = values('displacement');
    const layers = file.keys().filter((name) => shapeOf(file, name)?.join() === [lines, samples].join());
    return plainRaster({
      days,
      lines,
      samples,
      mmPerUnit,
      displacement: (day, pixel) => stack[day * lines * samples + pixel],
      x: (_, sample) => lon[sample],
      y: (line) => lat[line],
      isMasked: () => false,
      attributes: layers.map(values),
    });
  });
}

function plainRaster(raster: PlainRaster): PlainTable {
  const { days, lines, samples, mmPerUnit, attributes } = raster;
  const names = attributes.map((_, index) => `layer ${index}`);
  const rows: PlainRow[] = [];
  for (let pixel = 0; pixel < lines * samples; pixel++) {
    const series = days.map((_, day) => raster.displacement(day, pixel));
    // Nothing but zeros and gaps is no data.
    if (raster.isMasked(pixel) || series.every((value) => value === 0 || Number.isNaN(value))) continue;
    const [line, sample] = [Math.floor(pixel / samples), pixel % samples];
    rows.push({
      x: raster.x(line, sample),
      y: raster.y(line, sample),
      cells: new Map<string, unknown>([
        ['pid', `${line}_${sample}`],
        ...days.map((day, index): [string, number] => [day, series[index]]),
        ...names.map((name, index): [string, number] => [name, attributes[index][pixel]]),
      ]),
    });
  }
  return plainTable(['pid', ...days], rows, mmPerUnit, names);
}

function requireDates(days: readonly string[], count: number): void {
  if (days.length !== count) throw new Error(`${days.length} dates for ${count} rasters`);
  const odd = days.find((day) => plainDate(day) === undefined);
  if (odd !== undefined) throw new Error(`${odd} is no date`);
}

async function withFile<T>(path: string, read: (file: File) => T): Promise<T> {
  (await ready).activate_throwing_error_handler();
  const file = new File(path, 'r');
  try {
    return read(file);
  } finally {
    file.close();
  }
}

type Layers = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>;

/** All datasets of two dimensions; none where there is no file. */
async function readLayers(path: string | undefined): Promise<Layers> {
  if (path === undefined) return new Map();
  return withFile(
    path,
    (file) =>
      new Map(
        file
          .keys()
          .filter((name) => shapeOf(file, name)?.length === 2)
          .map((name) => [name, { shape: shapeOf(file, name)!, values: numbersOf(file, name) }]),
      ),
  );
}

function shapeOf(file: File, name: string): readonly number[] | undefined {
  const found = file.get(name);
  return found instanceof Dataset ? (found.shape ?? undefined) : undefined;
}

function numbersOf(file: File, name: string): ArrayLike<number> {
  const { value } = file.get(name) as Dataset;
  if (!ArrayBuffer.isView(value)) throw new Error(`${name} holds no numbers`);
  return value instanceof BigInt64Array || value instanceof BigUint64Array
    ? Float64Array.from(value, Number)
    : (value as unknown as ArrayLike<number>);
}

function textsOf(file: File, name: string): string[] {
  return Array.from((file.get(name) as Dataset).value as ArrayLike<unknown>, String);
}
