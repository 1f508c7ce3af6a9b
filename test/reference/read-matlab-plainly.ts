import { inflateSync } from 'node:zlib';
import { Dataset, File, ready } from 'h5wasm/node';
import type { PlainTable } from './plain-points.js';
import { type PlainRow, plainTable } from './plain-rows.js';

/** A matrix as its columns. */
type Columns = readonly (readonly number[])[];

/** What is looked at; the file holds more. */
const NAMES = ['ph_mm', 'ph_uw', 'lonlat', 'day', 'lambda'];

/** StaMPS's series, from either kind of MATLAB file, as columns of every matrix in it. */
export async function readStampsPlainly(bytes: Uint8Array, path: string): Promise<PlainTable> {
  const isVersion73 = new TextDecoder().decode(bytes.subarray(0, 10)) === 'MATLAB 7.3';
  const matrices = isVersion73 ? await readVersion73(path) : readVersion5(bytes);
  const matrix = (name: string): Columns => {
    const found = matrices.get(name);
    if (found === undefined) throw new Error(`there is no matrix ${name}`);
    return found;
  };
  const isPhase = !matrices.has('ph_mm');
  const series = matrix(isPhase ? 'ph_uw' : 'ph_mm');
  const [longitude, latitude, ...others] = matrix('lonlat');
  const days = matrix('day').flat().map(plainDatenum);
  const points = series[0].length;
  if (others.length > 0 || longitude.length !== points || latitude.length !== points)
    throw new Error('places do not fit');
  if (days.length !== series.length) throw new Error('dates do not fit');
  // Phases grow with the distance: half a wavelength a turn.
  const mmPerUnit = isPhase ? (-1000 * matrix('lambda')[0][0]) / (4 * Math.PI) : 1;
  const rows = Array.from(
    { length: points },
    (_, row): PlainRow => ({
      x: longitude[row],
      y: latitude[row],
      cells: new Map(days.map((day, epoch) => [day, series[epoch][row]])),
    }),
  );
  return plainTable(days, rows, mmPerUnit);
}

/** `YYYYMMDD` of MATLAB's count of days, in which 1970-01-01 is 719529. */
function plainDatenum(datenum: number): string {
  const day = new Date((Math.floor(datenum) - 719_529) * 86_400_000);
  return day.toISOString().slice(0, 10).replaceAll('-', '');
}

async function readVersion73(path: string): Promise<Map<string, Columns>> {
  (await ready).activate_throwing_error_handler();
  const file = new File(path, 'r');
  try {
    const matrices = new Map<string, Columns>();
    for (const name of file.keys().filter((key) => NAMES.includes(key))) {
      const found = file.get(name);
      if (!(found instanceof Dataset) || found.shape?.length !== 2) continue;
      const { value, shape } = found;
      if (!ArrayBuffer.isView(value)) continue;
      // HDF5 counts the dimensions the other way round.
      const [columns, rows] = shape;
      const numbers = Array.from(value as unknown as ArrayLike<number | bigint>, Number);
      matrices.set(
        name,
        Array.from({ length: columns }, (_, column) => numbers.slice(column * rows, (column + 1) * rows)),
      );
    }
    return matrices;
  } finally {
    file.close();
  }
}

/** Classes of arrays that hold numbers: double, single and the eight integers (MathWorks, "MAT-File Format", table 1-3). */
const NUMBER_CLASSES = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** Data types (table 1-1): bytes of a value, and how it is read. */
const TYPES: Readonly<
  Record<number, readonly [bytes: number, read: (view: DataView, at: number) => number]>
> = {
  1: [1, (view, at) => view.getInt8(at)],
  2: [1, (view, at) => view.getUint8(at)],
  3: [2, (view, at) => view.getInt16(at, true)],
  4: [2, (view, at) => view.getUint16(at, true)],
  5: [4, (view, at) => view.getInt32(at, true)],
  6: [4, (view, at) => view.getUint32(at, true)],
  7: [4, (view, at) => view.getFloat32(at, true)],
  9: [8, (view, at) => view.getFloat64(at, true)],
};

interface Element {
  readonly type: number;
  readonly data: Uint8Array;
}

function readVersion5(bytes: Uint8Array): Map<string, Columns> {
  const matrices = new Map<string, Columns>();
  for (const element of elementsOf(bytes.subarray(128))) {
    const unpacked = element.type === 15 ? unpack(element.data) : element;
    if (unpacked?.type !== 14) continue;
    const [, , name] = elementsOf(unpacked.data);
    if (!NAMES.includes(textOf(name))) continue;
    const [flags, dimensions, , numbers] = elementsOf(unpacked.data);
    const isNumbers = NUMBER_CLASSES.includes(flags.data[0]);
    const [rows, columns, ...more] = valuesOf(dimensions);
    if (!isNumbers || more.length > 0 || rows < 0 || columns < 0) continue;
    const values = valuesOf(numbers);
    if (values.length < rows * columns) throw new Error('a matrix ends early');
    matrices.set(
      textOf(name),
      Array.from({ length: columns }, (_, column) => values.slice(column * rows, (column + 1) * rows)),
    );
  }
  return matrices;
}

const textOf = ({ data }: Element) => new TextDecoder().decode(data);

/** A compressed element; `undefined` where it is damaged, whatever its name is. */
function unpack(data: Uint8Array): Element | undefined {
  try {
    const [element] = elementsOf(inflateSync(data));
    return element;
  } catch {
    return undefined;
  }
}

/** Elements one behind the other; those of at most four bytes have their data in the tag. Only compressed ones are not padded. */
function* elementsOf(bytes: Uint8Array): Generator<Element> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const small = view.getUint16(at + 2, true);
    const type = small > 0 ? view.getUint16(at, true) : view.getUint32(at, true);
    const size = small > 0 ? small : view.getUint32(at + 4, true);
    const start = at + (small > 0 ? 4 : 8);
    if (small > 4 || start + size > bytes.length) throw new Error('an element ends early');
    yield { type, data: bytes.subarray(start, start + size) };
    if (small > 0) at += 8;
    else at = start + (type === 15 ? size : 8 * Math.ceil(size / 8));
  }
}

function valuesOf({ type, data }: Element): number[] {
  const [bytes, read] = TYPES[type];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: Math.floor(data.length / bytes) }, (_, i) => read(view, i * bytes));
}
