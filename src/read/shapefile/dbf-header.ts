import { GroundTrendError } from '../../errors.js';
import type { ByteWindow } from '../byte-window.js';

/** A column of a dBase table. */
export interface DbfField {
  readonly name: string;
  /** `N` and `F` numbers as text, `C` text, `D` date, `L` logical, `I` 32-bit integer, `O` and `B` double. */
  readonly type: string;
  /** Offset in the record, past its deletion mark. */
  readonly offset: number;
  readonly length: number;
}

export interface DbfHeader {
  readonly recordCount: number;
  readonly recordLength: number;
  readonly fields: readonly DbfField[];
  /** Number of the code page, as the driver's maker counts them; 0 where it is not said. */
  readonly languageDriver: number;
}

const FIXED_BYTES = 32;
const END_OF_FIELDS = 0x0d;

/**
 * Reads the header (dBase III to 7 without extensions: 32 bytes, 32 a field, a closing 0x0D) and leaves the window at
 * the first record. Throws `input` where it contradicts itself.
 */
export async function readDbfHeader(window: ByteWindow, file: string): Promise<DbfHeader> {
  if ((await window.fill(FIXED_BYTES)) < FIXED_BYTES) throw damagedTable(file, 'it ends in its header');
  const fixed = window.take(FIXED_BYTES).slice();
  const view = new DataView(fixed.buffer);
  const recordCount = view.getUint32(4, true);
  const headerLength = view.getUint16(8, true);
  const recordLength = view.getUint16(10, true);
  const restLength = headerLength - FIXED_BYTES;
  if (restLength < 33 || (await window.fill(restLength)) < restLength) {
    throw damagedTable(file, 'it ends in its header');
  }
  const rest = window.take(restLength).slice();
  const fields: DbfField[] = [];
  let offset = 1;
  for (let at = 0; at + 32 <= rest.length && rest[at] !== END_OF_FIELDS; at += 32) {
    const nameEnd = rest.subarray(at, at + 11).indexOf(0);
    const name = new TextDecoder('utf-8').decode(rest.subarray(at, at + (nameEnd < 0 ? 11 : nameEnd)));
    const type = String.fromCharCode(rest[at + 11]);
    // Some makers keep the high byte of a long text's length where a number has its decimals.
    const length = rest[at + 16] + (type === 'C' ? 256 * rest[at + 17] : 0);
    fields.push({ name: name.trim(), type, offset, length });
    offset += length;
  }
  if (fields.length === 0) throw damagedTable(file, 'it has no columns');
  if (offset !== recordLength) {
    throw damagedTable(file, `its columns take ${offset} bytes of records of ${recordLength}`);
  }
  return { recordCount, recordLength, fields, languageDriver: fixed[29] };
}

export function damagedTable(file: string, why: string): GroundTrendError {
  return new GroundTrendError('input', `The table of this shapefile (.dbf) is damaged: ${why}.`, {
    place: { file },
    advice: 'Download or copy it again.',
  });
}
