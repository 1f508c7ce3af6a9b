import { Dataset, File, ready } from 'h5wasm/node';
import { GroundTrendError } from '../../errors.js';

export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Dates and labels are small, whatever a header says. */
const LARGEST_TEXT_BYTES = 16 << 20;

/**
 * The little of HDF5 that rasters of series need; nothing else in the project knows the library. It is open from the first
 * question to `close`, and opens itself again for the next one.
 */
export interface Hdf5File {
  /** Names of what stands at the root. */
  readonly names: readonly string[];
  /** Attributes of the root, as texts. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Sizes of a dataset, or `undefined` where there is none of this name. */
  shapeOf(name: string): readonly number[] | undefined;
  /** An attribute of a dataset, as text. */
  attributeOf(name: string, attribute: string): string | undefined;
  /** Numbers of a part of a dataset, from-to in each dimension; large sets must not be read at once. */
  readNumbers(name: string, ranges: readonly (readonly [number, number])[]): NumberArray;
  /** A small dataset as texts: dates, labels. */
  readTexts(name: string): string[];
  /** Gives the handle and the library's memory back. */
  close(): void;
}

/** Opens a file for reading. Throws `input` where it is no whole HDF5 file. */
export async function openHdf5(path: string, name: string): Promise<Hdf5File> {
  // Errors are thrown, in place of a trace of the library's calls on standard error.
  (await ready).activate_throwing_error_handler();
  let opened: File | undefined;
  const open = (): File => {
    if (opened !== undefined) return opened;
    const file = new File(path, 'r');
    if (file.file_id < 0n) throw new Error('the library cannot open it');
    opened = file;
    return file;
  };
  const close = (): void => {
    opened?.close();
    opened = undefined;
  };
  const describeRoot = (): Pick<Hdf5File, 'names' | 'attributes'> => {
    try {
      const attributes = Object.entries(open().attrs).map(([key, { value }]) => [key, String(value)]);
      return { names: open().keys(), attributes: Object.fromEntries(attributes) };
    } catch (cause) {
      close();
      throw cause;
    }
  };
  const find = (dataset: string): Dataset | undefined => {
    const file = open();
    const found = file.keys().includes(dataset) ? file.get(dataset) : null;
    return found instanceof Dataset ? found : undefined;
  };
  const require = (dataset: string): Dataset => {
    const found = find(dataset);
    if (found !== undefined) return found;
    throw new GroundTrendError('input', `There is no dataset ${dataset}.`, { place: { file: name } });
  };
  return {
    ...guard(name, describeRoot),
    shapeOf: (dataset) => guard(name, () => find(dataset)?.shape ?? undefined),
    attributeOf: (dataset, attribute) =>
      guard(name, () => {
        const value = find(dataset)?.attrs[attribute]?.value;
        return value === undefined || value === null ? undefined : String(value);
      }),
    readNumbers: (dataset, ranges) =>
      guard(name, () => {
        const values = require(dataset).slice(ranges.map(([from, to]) => [from, to]));
        if (values === null || !ArrayBuffer.isView(values)) throw new Error(`${dataset} holds no numbers`);
        const wanted = ranges.reduce((product, [from, to]) => product * (to - from), 1);
        const numbers = values as NumberArray | BigInt64Array | BigUint64Array;
        if (numbers.length !== wanted) throw new Error(`${dataset} ends early`);
        const areLong = numbers instanceof BigInt64Array || numbers instanceof BigUint64Array;
        return areLong ? Float64Array.from(numbers, Number) : numbers;
      }),
    readTexts: (dataset) =>
      guard(name, () => {
        const found = require(dataset);
        const bytes = (found.shape ?? []).reduce((product, size) => product * size, found.metadata.size);
        if (bytes > LARGEST_TEXT_BYTES) throw new Error(`${dataset} takes ${bytes} bytes`);
        const { value } = found;
        const values =
          typeof value === 'object' && value !== null ? Array.from(value as ArrayLike<unknown>) : [value];
        return values.map(String);
      }),
    close,
  };
}

function guard<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof GroundTrendError) throw cause;
    throw new GroundTrendError('input', 'This HDF5 file ends early or is damaged.', {
      place: { file: name },
      advice: `Copy it again. (${explainCause((cause as Error).message)})`,
      cause,
    });
  }
}

/** Of the library's trace of its calls (`... in H5Dread(): can't read data`) what went wrong in the innermost. */
function explainCause(message: string): string {
  const reasons = Array.from(message.matchAll(/\(\): (.+)$/gm), ([, reason]) => reason);
  return reasons.at(-1) ?? message;
}
