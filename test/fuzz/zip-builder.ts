import { crc32, deflateRawSync } from 'node:zlib';
import { joinBytes } from './mutate-bytes.js';

/** A member of an archive, and what its entries say against the truth. */
export interface ZipMember {
  readonly name: string;
  readonly content: Uint8Array;
  readonly isDeflated?: boolean;
  /** Bytes as stored, where they are not what compressing the content gives. */
  readonly stored?: Uint8Array;
  readonly claims?: {
    readonly size?: number;
    readonly compressedSize?: number;
    readonly crc?: number;
    readonly method?: number;
    readonly flags?: number;
    /** Offset of the local header: another member's makes the two overlap. */
    readonly offset?: number;
    /** Unix mode, in the upper half of the external attributes. */
    readonly mode?: number;
    /** Sizes and offset stand in 64 bits in the extra field. */
    readonly isWide?: boolean;
  };
}

/** An archive whose directory says what it is told to (APPNOTE 6.3.10, sections 4.3 to 4.5). */
export function buildZip(members: readonly ZipMember[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, content, isDeflated = true, stored, claims = {} } of members) {
    const data = stored ?? (isDeflated ? new Uint8Array(deflateRawSync(content)) : content);
    const title = new TextEncoder().encode(name);
    const entry = {
      method: claims.method ?? (isDeflated ? 8 : 0),
      flags: claims.flags ?? 0x800,
      crc: claims.crc ?? crc32(content),
      compressedSize: claims.compressedSize ?? data.length,
      size: claims.size ?? content.length,
    };
    const local = writeFields([
      [4, 0x04034b50],
      [2, 20],
      [2, entry.flags],
      [2, entry.method],
      [4, 0],
      [4, entry.crc],
      [4, clip(entry.compressedSize)],
      [4, clip(entry.size)],
      [2, title.length],
      [2, 0],
    ]);
    const start = claims.offset ?? offset;
    const wide = claims.isWide
      ? writeFields([
          [2, 1],
          [2, 24],
          [8, entry.size],
          [8, entry.compressedSize],
          [8, start],
        ])
      : new Uint8Array(0);
    const narrow = (value: number) => (claims.isWide ? 0xffffffff : clip(value));
    directory.push(
      writeFields([
        [4, 0x02014b50],
        [2, 0x031e],
        [2, 45],
        [2, entry.flags],
        [2, entry.method],
        [4, 0],
        [4, entry.crc],
        [4, narrow(entry.compressedSize)],
        [4, narrow(entry.size)],
        [2, title.length],
        [2, wide.length],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, (claims.mode ?? 0o100644) * 65536],
        [4, narrow(start)],
      ]),
      title,
      wide,
    );
    parts.push(local, title, data);
    offset += local.length + title.length + data.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = writeFields([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, members.length],
    [2, members.length],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
  return joinBytes(...parts, ...directory, end);
}

const clip = (value: number) => Math.min(value, 0xffffffff);

function writeFields(fields: readonly (readonly [bytes: number, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}
