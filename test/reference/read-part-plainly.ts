import type { ResultSchema } from '../../src/series/result-table.js';

/** The batches of a part as plain lists, a number at a time; throws where anything is left over or missing. */
export function readPartPlainly(bytes: Uint8Array, schema: ResultSchema): unknown[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  const word = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const list = <T>(count: number, width: number, read: (offset: number) => T): T[] => {
    if (at + count * width > bytes.length) throw new Error('a list is longer than the file');
    const values = Array.from({ length: count }, (_, i) => read(at + i * width));
    at += count * width;
    return values;
  };
  const floats = (count: number) => list(count, 4, (offset) => view.getFloat32(offset, true));
  const doubles = (count: number) => list(count, 8, (offset) => view.getFloat64(offset, true));
  const integers = (count: number) => list(count, 4, (offset) => view.getInt32(offset, true));
  const texts = (count: number) => {
    const total = word();
    const lengths = list(count, 4, (offset) => view.getUint32(offset, true));
    if (lengths.reduce((sum, length) => sum + length, 0) !== total) throw new Error('texts do not fit');
    return lengths.map((length) =>
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(list(length, 1, (o) => bytes[o]))),
    );
  };
  const column = (type: string, count: number) => {
    if (type === 'text') return texts(count);
    if (type === 'float32') return floats(count);
    return type === 'float64' ? doubles(count) : integers(count);
  };

  const batches: unknown[][] = [];
  while (at < bytes.length) {
    const [kind, length] = [word(), word()];
    const end = at + length;
    if (kind === 1) {
      const [dataset, count] = [word(), word()];
      const words = list(count * 3, 4, (offset) => view.getUint32(offset, true));
      batches.push([dataset, words, list(count, 1, (offset) => bytes[offset]), undefined]);
    } else {
      const count = word();
      const places = [doubles(count), doubles(count)];
      const columns = schema.fields.map(({ type }) => column(type, count));
      const series = schema.series ? [floats(count * schema.series.days.length)] : [];
      batches.at(-1)![3] = [count, ...places, ...columns, ...series];
    }
    if (at !== end) throw new Error('a frame is not as long as it says');
  }
  return batches;
}
