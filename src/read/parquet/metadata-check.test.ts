import type { ColumnMetaData, FileMetaData } from 'hyparquet';
import { expect, it } from 'vitest';
import { checkMetadata, chunkStart } from './metadata-check.js';

const rowsOf = (rows: number, inGroup = rows) =>
  ({
    version: 2,
    schema: [{ name: 'schema', num_children: 0 }],
    num_rows: BigInt(rows),
    row_groups: [{ columns: [], num_rows: BigInt(inGroup), total_byte_size: 0n }],
    metadata_length: 0,
  }) as unknown as FileMetaData;

it('a footer may not speak of more rows than any file of its length holds', () => {
  expect(() => checkMetadata(rowsOf(1_000_000), 100)).not.toThrow();
  expect(() => checkMetadata(rowsOf(2_000_000), 40_000)).not.toThrow();
  expect(() => checkMetadata(rowsOf(2_000_000), 30_000)).toThrow('2000000 rows, in 30000 bytes');
});

it('a footer has as many rows as its groups', () => {
  expect(() => checkMetadata(rowsOf(5, 4), 100)).toThrow('it says that it has 5 rows, its groups have 4');
  expect(() => checkMetadata(rowsOf(-5), 100)).toThrow('-5 rows');
});

it('a column begins with its data where a writer says that its dictionary is at 0', () => {
  const startOf = (dictionary: bigint | undefined) =>
    chunkStart({ dictionary_page_offset: dictionary, data_page_offset: 40n } as ColumnMetaData);
  expect([0n, undefined, 4n].map(startOf)).toEqual([40, 40, 4]);
});
