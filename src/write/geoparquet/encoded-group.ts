import type { ColumnChunk, RowGroup } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeColumnChunk } from './column-chunk.js';
import type { LeafColumn } from './leaf-column.js';

const FEWEST_BYTES = 1 << 16;
const MARGIN = 1.05;

/** The rows of a group, column by column, as plain data: any thread can encode them. */
export interface GroupColumns {
  readonly rows: number;
  readonly leaves: readonly LeafColumn[];
}

/**
 * The column chunks of a group, one after the other, with their entries for the footer of a file that begins with them.
 */
export interface EncodedGroup {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly columns: readonly ColumnChunk[];
}

/** Encodes a group as `encodeGroup` does, on whatever thread. The group may be filled anew once the promise is kept. */
export type GroupEncoder = (group: GroupColumns) => Promise<EncodedGroup>;

/**
 * What a row of the group before took, and a little more: a writer that begins small grows by doubling, which copies
 * all there is again and again and leaves three times as many bytes to be collected as the group has.
 */
let bytesPerRow = 0;

export function encodeGroup({ rows, leaves }: GroupColumns): EncodedGroup {
  const writer = new ByteWriter(Math.max(FEWEST_BYTES, Math.ceil(rows * bytesPerRow)));
  const columns = leaves.map((leaf) => writeColumnChunk(writer, leaf, rows));
  bytesPerRow = (MARGIN * writer.offset) / rows;
  return { bytes: writer.getBytes(), columns };
}

/** The footer's entry of a group of so many rows whose bytes begin at `start` of the file. */
export function describeGroup({ bytes, columns }: EncodedGroup, rows: number, start: number): RowGroup {
  const moved = columns.map((column) => moveChunk(column, BigInt(start)));
  return {
    columns: moved,
    num_rows: BigInt(rows),
    total_byte_size: moved.reduce((sum, { meta_data }) => sum + meta_data!.total_uncompressed_size, 0n),
    total_compressed_size: BigInt(bytes.length),
    file_offset: BigInt(start),
  };
}

function moveChunk({ file_offset, meta_data, ...chunk }: ColumnChunk, start: bigint): ColumnChunk {
  const { data_page_offset, dictionary_page_offset, ...facts } = meta_data!;
  return {
    ...chunk,
    file_offset: file_offset + start,
    meta_data: {
      ...facts,
      data_page_offset: data_page_offset + start,
      dictionary_page_offset:
        dictionary_page_offset === undefined ? undefined : dictionary_page_offset + start,
    },
  };
}
