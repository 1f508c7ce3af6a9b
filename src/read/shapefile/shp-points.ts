import { GroundTrendError } from '../../errors.js';
import type { ByteWindow } from '../byte-window.js';

const HEADER_BYTES = 100;
const RECORD_HEADER_BYTES = 8;
const FILE_CODE = 9994;

/** Shape types with one place (plain, with height, with measure) and with several (ESRI 1998, table 1). */
const POINTS: ReadonlySet<number> = new Set([1, 11, 21]);
const MULTIPOINTS: ReadonlySet<number> = new Set([8, 18, 28]);
const TYPE_WORDS: Readonly<Record<number, string>> = {
  3: 'lines',
  5: 'polygons',
  13: 'lines',
  15: 'polygons',
};

/** What the header says; the box is in the file's own system. */
export interface ShpHeader {
  readonly shapeType: number;
  readonly box: readonly [west: number, south: number, east: number, north: number];
}

/** Reads the header and leaves the window at the first record. Throws `input` where these are no points. */
export async function readShpHeader(window: ByteWindow, file: string): Promise<ShpHeader> {
  if ((await window.fill(HEADER_BYTES)) < HEADER_BYTES) throw damagedGeometry(file, 'it ends in its header');
  const bytes = window.take(HEADER_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (view.getInt32(0) !== FILE_CODE)
    throw damagedGeometry(file, 'its first bytes are not those of a shapefile');
  const shapeType = view.getInt32(32, true);
  if (!POINTS.has(shapeType) && !MULTIPOINTS.has(shapeType)) {
    throw new GroundTrendError(
      'input',
      `This shapefile holds ${TYPE_WORDS[shapeType] ?? `shapes of type ${shapeType}`}, not points.`,
      {
        place: { file },
        advice: 'Export the points or the centres of its shapes.',
      },
    );
  }
  const box = [36, 44, 52, 60].map((offset) => view.getFloat64(offset, true));
  return { shapeType, box: box as [number, number, number, number] };
}

/**
 * Reads the next places into `x` and `y` from `start` on, up to `count`; a shape without a place gives `NaN`, one of
 * several their mean. Returns how many records there were.
 */
export async function readPlaces(
  window: ByteWindow,
  x: Float64Array,
  y: Float64Array,
  count: number,
  file: string,
): Promise<number> {
  for (let row = 0; row < count; row++) {
    if (
      window.available < RECORD_HEADER_BYTES &&
      (await window.fill(RECORD_HEADER_BYTES)) < RECORD_HEADER_BYTES
    ) {
      return row;
    }
    const header = window.take(RECORD_HEADER_BYTES);
    const length = 2 * new DataView(header.buffer, header.byteOffset).getInt32(4);
    if (length < 4) throw damagedGeometry(file, `record ${row + 1} of a block is ${length} bytes long`);
    if (window.available < length && (await window.fill(length)) < length) {
      throw damagedGeometry(file, 'it ends within a record');
    }
    const record = window.take(length);
    const view = new DataView(record.buffer, record.byteOffset, length);
    const type = view.getInt32(0, true);
    x[row] = Number.NaN;
    y[row] = Number.NaN;
    if (POINTS.has(type) && length >= 20) {
      x[row] = view.getFloat64(4, true);
      y[row] = view.getFloat64(12, true);
    } else if (MULTIPOINTS.has(type) && length >= 40) {
      const places = view.getInt32(36, true);
      if (places < 0 || length < 40 + 16 * places)
        throw damagedGeometry(file, 'a record is shorter than its points');
      x[row] = meanOf(view, 40, places);
      y[row] = meanOf(view, 48, places);
    }
  }
  return count;
}

function meanOf(view: DataView, first: number, places: number): number {
  let sum = 0;
  for (let i = 0; i < places; i++) sum += view.getFloat64(first + 16 * i, true);
  return sum / places;
}

export function damagedGeometry(file: string, why: string): GroundTrendError {
  return new GroundTrendError('input', `The geometry of this shapefile (.shp) is damaged: ${why}.`, {
    place: { file },
    advice: 'Download or copy it again.',
  });
}
