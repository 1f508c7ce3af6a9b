import type { RowGroup } from 'hyparquet';
import type { ByteRange } from '../byte-source.js';
import type { RandomAccess } from '../random-access.js';
import type { ChunkBytes } from './column-cursor.js';
import { type ColumnPages, listPages } from './column-pages.js';
import { fetchRanges, type SpareMemory } from './fetch-ranges.js';
import { chunkStart } from './metadata-check.js';

/** The part of a row group that one column has. */
export interface ColumnChunk extends ByteRange {
  readonly codec: string;
  readonly unpackedBytes: number;
  readonly groupRows: number;
  /** Known once the chunk was fetched; `null` where it has pages that are left to hyparquet. */
  pages: ColumnPages | null | undefined;
}

/** The chunks of a group's flat columns by their names. */
export function listChunks(group: RowGroup): Map<string, ColumnChunk> {
  const chunks = new Map<string, ColumnChunk>();
  for (const { meta_data: data } of group.columns) {
    if (data?.path_in_schema.length !== 1) continue;
    const start = chunkStart(data);
    chunks.set(data.path_in_schema[0], {
      start,
      end: start + Number(data.total_compressed_size),
      codec: data.codec,
      unpackedBytes: Number(data.total_uncompressed_size),
      groupRows: Number(group.num_rows),
      pages: undefined,
    });
  }
  return chunks;
}

/** Bytes of a chunk by their places in it. */
interface FetchedPart extends ByteRange {
  readonly bytes: Uint8Array;
}

/**
 * Fetches what the rows `from` to `to` of the chunks need: all of a chunk for the first time, then the pages that hold
 * them, so that a large group is not fetched anew for each of its parts.
 */
export async function fetchChunks(
  access: RandomAccess,
  chunks: readonly ColumnChunk[],
  from: number,
  to: number,
  spare: SpareMemory,
): Promise<ChunkBytes[]> {
  const wanted = chunks.flatMap((chunk, index) =>
    rangesOf(chunk, from, to).map((range) => ({ chunk, index, range })),
  );
  const fetched = await fetchRanges(
    access,
    wanted.map(({ chunk, range }) => ({ start: chunk.start + range.start, end: chunk.start + range.end })),
    spare,
  );
  const parts: FetchedPart[][] = chunks.map(() => []);
  wanted.forEach(({ chunk, index, range }, i) => {
    parts[index].push({ ...range, bytes: fetched[i] });
    if (chunk.pages === undefined) chunk.pages = listPages(fetched[i], chunk.groupRows) ?? null;
  });
  return parts.map((some) => ({ slice: (start, end) => sliceParts(some, start, end) }));
}

/** Counted from the start of the chunk. */
function rangesOf({ start, end, pages }: ColumnChunk, from: number, to: number): ByteRange[] {
  if (pages === undefined) return [{ start: 0, end: end - start }];
  if (pages === null) return [];
  const { dictionary, data } = pages;
  const rows = data.filter(({ firstRow, rows: count }) => firstRow < to && firstRow + count > from);
  const values = { start: rows[0].start, end: rows[rows.length - 1].end };
  return dictionary === undefined ? [values] : [dictionary, values];
}

function sliceParts(parts: readonly FetchedPart[], start: number, end: number): Uint8Array {
  const part = parts.find((candidate) => candidate.start <= start && end <= candidate.end);
  if (part === undefined) throw new RangeError('a page lies outside of its column');
  return part.bytes.subarray(start - part.start, end - part.start);
}
