/** Kinds of pages by their numbers in `parquet.thrift` (PageType). */
export const PAGE = { data: 0, dictionary: 2, dataV2: 3 } as const;

/** Encodings by their numbers in `parquet.thrift` (Encoding). */
export const PLAIN = 0;
export const RUNS = 3;
/** Indexes into the dictionary page, by the old name (PLAIN_DICTIONARY) and the new one (RLE_DICTIONARY). */
export const DICTIONARY_ENCODINGS: ReadonlySet<number> = new Set([2, 8]);
