import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** Pages are a megabyte or so; what unpacks to more than this is made to fill memory. */
const LARGEST_PAGE_BYTES = 256 << 20;

/** What unpacks each codec. A page of missing values alone unpacks to nothing, which not all of them understand. */
export const UNPACKERS: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number) => (length === 0 ? new Uint8Array(0) : unpack(input, length)),
  ]),
);

/** Throws where a page says that it has more bytes than any. */
export function requirePageSize(size: number): void {
  if (!(size >= 0 && size <= LARGEST_PAGE_BYTES))
    throw new Error(`a page says that it unpacks to ${size} bytes`);
}

/** The `size` bytes of a page. Throws where there are others. */
export function unpackPage(body: Uint8Array, size: number, codec: string): Uint8Array {
  if (codec === 'UNCOMPRESSED') return body;
  const bytes = UNPACKERS[codec as keyof Compressors]?.(body, size);
  if (bytes?.length !== size)
    throw new Error(`a page compressed as ${codec} does not unpack to ${size} bytes`);
  return bytes;
}
