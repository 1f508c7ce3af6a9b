import { readSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { formatDay } from '../../series/epoch-axis.js';
import { MISSING_INT32, type ResultBatch, type ResultSchema } from '../../series/result-table.js';
import { TREND_CLASSES } from '../../series/trend-class.js';
import { hasPosition } from '../bounds.js';
import { enlarge } from '../enlarge.js';
import { widenFloat32 } from '../text/short-decimal.js';
import { projectToWorld } from './tile-place.js';
import type { TileValue } from './vector-tile.js';

/** All points of a map: places and what thinning needs in memory, their properties in a file. */
export interface PointStore {
  readonly count: number;
  /** Fractions of the web Mercator world. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Position in `classes`, or -1. */
  readonly classes: Int8Array;
  /** Larger for points that should be seen from afar. */
  readonly importance: Float32Array;
  add(batch: ResultBatch): Promise<void>;
  readProperties(point: number): readonly (readonly [string, TileValue])[];
  close(): Promise<void>;
}

const FIRST_CAPACITY = 1 << 14;
const VELOCITY_NAMES: readonly string[] = ['velocity_mm_yr', 'mean_velocity'];
/** Velocities past this count no more; they only order the points of a class. */
const LARGEST_VELOCITY = 100;

/**
 * Opens a store whose properties go to `path`. Important are, in this order, points that are not Stable, and faster
 * ones.
 */
export async function openPointStore(path: string, schema: ResultSchema): Promise<PointStore> {
  const handle: FileHandle = await open(path, 'w+');
  const classColumn = schema.fields.findIndex(({ name }) => name === 'class');
  const velocityColumn = VELOCITY_NAMES.map((wanted) =>
    schema.fields.findIndex(({ name }) => name === wanted),
  ).find((column) => column >= 0);
  let count = 0;
  let written = 0;
  let x = new Float64Array(FIRST_CAPACITY);
  let y = new Float64Array(FIRST_CAPACITY);
  let classes = new Int8Array(FIRST_CAPACITY);
  let importance = new Float32Array(FIRST_CAPACITY);
  let starts = new Float64Array(FIRST_CAPACITY + 1);

  function grow(): void {
    const capacity = 2 * x.length;
    x = enlarge(x, capacity);
    y = enlarge(y, capacity);
    classes = enlarge(classes, capacity);
    importance = enlarge(importance, capacity);
    starts = enlarge(starts, capacity + 1);
  }

  return {
    get count() {
      return count;
    },
    get x() {
      return x.subarray(0, count);
    },
    get y() {
      return y.subarray(0, count);
    },
    get classes() {
      return classes.subarray(0, count);
    },
    get importance() {
      return importance.subarray(0, count);
    },
    async add(batch) {
      const lines: Uint8Array[] = [];
      for (let row = 0; row < batch.count; row++) {
        if (!hasPosition(batch.longitude[row], batch.latitude[row])) continue;
        if (count === x.length) grow();
        [x[count], y[count]] = projectToWorld(batch.longitude[row], batch.latitude[row]);
        const name = classColumn < 0 ? '' : (batch.columns[classColumn][row] as string);
        classes[count] = (TREND_CLASSES as readonly string[]).indexOf(name);
        const speed =
          velocityColumn === undefined ? 0 : Math.abs(batch.columns[velocityColumn][row] as number);
        const rank = classes[count] > 0 ? LARGEST_VELOCITY : 0;
        importance[count] = rank + (Number.isNaN(speed) ? 0 : Math.min(speed, LARGEST_VELOCITY));
        const line = encoder.encode(JSON.stringify(propertiesOf(schema, batch, row)));
        lines.push(line);
        starts[count] = written;
        written += line.length;
        starts[++count] = written;
      }
      for (const line of lines.length === 0 ? [] : [Buffer.concat(lines)]) await handle.appendFile(line);
    },
    readProperties(point) {
      const bytes = new Uint8Array(starts[point + 1] - starts[point]);
      readSync(handle.fd, bytes, 0, bytes.length, starts[point]);
      return JSON.parse(decoder.decode(bytes));
    },
    async close() {
      await handle.close();
      await rm(path, { force: true });
    },
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function propertiesOf(schema: ResultSchema, batch: ResultBatch, row: number): [string, TileValue][] {
  const properties: [string, TileValue][] = [];
  schema.fields.forEach(({ name, type }, column) => {
    const value = batch.columns[column][row];
    if (value === '' || value === MISSING_INT32 || Number.isNaN(value)) return;
    if (type === 'date') properties.push([name, formatDay(value as number)]);
    else if (type === 'boolean') properties.push([name, value === 1]);
    else if (type === 'float32') properties.push([name, widenFloat32(value as number)]);
    else properties.push([name, value]);
  });
  return properties;
}
