import { type AsyncBuffer, type FileMetaData, parquetSchema, type SchemaTree } from 'hyparquet';
import { chunkStart } from './metadata-check.js';
import { DICTIONARY_ENCODINGS, PAGE, RUNS } from './page-numbers.js';
import { numberOf, readThriftStruct, readVarint, structOf, type ThriftStruct } from './thrift-struct.js';
import { requirePageSize, unpackPage } from './unpack-page.js';

/** A column's bytes in one row group, and what its pages may hold. */
interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly mostValues: number;
  readonly codec: string;
  readonly repetitionLevel: number;
  readonly definitionLevel: number;
}

/**
 * A file whose column chunks are looked through as they are fetched: the counts in the headers of their pages, and the
 * lengths of the runs within, are believed by the library that decodes them, so that a few bytes could ask it for all
 * memory, or for a loop without end. Fetching throws where a page says what cannot be.
 */
export function checkPages(file: AsyncBuffer, metadata: FileMetaData): AsyncBuffer {
  const chunks = listChunks(metadata);
  return {
    byteLength: file.byteLength,
    async slice(start, end = file.byteLength) {
      const fetched = await file.slice(start, end);
      for (const chunk of chunks) {
        // Whatever is fetched of a chunk begins with a page.
        const from = Math.max(start, chunk.start) - start;
        const to = Math.min(end, chunk.end) - start;
        if (from < to)
          checkChunk(new Uint8Array(fetched, from, Math.min(to, fetched.byteLength) - from), chunk);
      }
      return fetched;
    },
  };
}

function listChunks(metadata: FileMetaData): Chunk[] {
  const root = parquetSchema(metadata);
  return metadata.row_groups.flatMap(({ columns }) =>
    columns.flatMap(({ meta_data: column }) => {
      if (column === undefined) return [];
      const start = chunkStart(column);
      return {
        start,
        end: start + Number(column.total_compressed_size),
        mostValues: Number(column.num_values),
        codec: column.codec,
        ...levelsOf(root, column.path_in_schema),
      };
    }),
  );
}

function levelsOf(root: SchemaTree, path: readonly string[]) {
  let [repetitionLevel, definitionLevel] = [0, 0];
  let node = root;
  for (const name of path) {
    const child = node.children.find(({ element }) => element.name === name);
    if (child === undefined) throw new Error(`there is no column ${path.join('.')}`);
    node = child;
    if (node.element.repetition_type === 'REPEATED') repetitionLevel++;
    if (node.element.repetition_type !== 'REQUIRED') definitionLevel++;
  }
  return { repetitionLevel, definitionLevel };
}

function checkChunk(bytes: Uint8Array, chunk: Chunk): void {
  for (let at = 0; at < bytes.length - 1; ) {
    const [header, start] = readThriftStruct(bytes, at);
    const [type, size, stored] = [1, 2, 3].map((field) => numberOf(header, field));
    at = start + stored;
    if (!(stored >= 0 && at <= bytes.length)) throw new Error('a page is longer than its column');
    requirePageSize(size);
    const body = bytes.subarray(start, at);
    if (type === PAGE.dictionary) checkDictionary(header, size);
    else if (type === PAGE.data) checkPage(header, body, size, chunk);
    else if (type === PAGE.dataV2) checkPageV2(header, body, size, chunk);
    else throw new Error(`it has a page of type ${type}`);
  }
}

function checkDictionary(header: ThriftStruct, size: number): void {
  const count = numberOf(structOf(header, 7), 1);
  if (!(count >= 0 && count <= 8 * size)) throw new Error(`a dictionary says that it has ${count} entries`);
}

function checkPage(header: ThriftStruct, body: Uint8Array, size: number, chunk: Chunk): void {
  const page = structOf(header, 5);
  const count = requireCount(numberOf(page, 1), chunk);
  const hasIndices = DICTIONARY_ENCODINGS.has(numberOf(page, 2));
  const isBooleanRuns = numberOf(page, 2) === RUNS;
  if (chunk.repetitionLevel + chunk.definitionLevel === 0 && !hasIndices && !isBooleanRuns) return;
  const bytes = unpackPage(body, size, chunk.codec);
  let at = 0;
  for (const level of [chunk.repetitionLevel, chunk.definitionLevel]) {
    if (level > 0) at = checkSizedRuns(bytes, at, widthOf(level), count);
  }
  if (isBooleanRuns) checkSizedRuns(bytes, at, 1, count);
  if (hasIndices) checkRuns(bytes, at + 1, bytes.length, bytes[at], count);
}

function checkPageV2(header: ThriftStruct, body: Uint8Array, size: number, chunk: Chunk): void {
  const page = structOf(header, 8);
  const count = requireCount(numberOf(page, 1), chunk);
  requireCount(numberOf(page, 2), chunk);
  requireCount(numberOf(page, 3), chunk);
  const [definitionBytes, repetitionBytes] = [numberOf(page, 5), numberOf(page, 6)];
  const start = repetitionBytes + definitionBytes;
  if (!(repetitionBytes >= 0 && definitionBytes >= 0 && start <= Math.min(body.length, size))) {
    throw new Error('the levels of a page are longer than the page');
  }
  if (chunk.repetitionLevel > 0) checkRuns(body, 0, repetitionBytes, widthOf(chunk.repetitionLevel), count);
  if (chunk.definitionLevel > 0)
    checkRuns(body, repetitionBytes, start, widthOf(chunk.definitionLevel), count);
  const encoding = numberOf(page, 4);
  if (!DICTIONARY_ENCODINGS.has(encoding) && encoding !== RUNS) return;
  const codec = page.get(7) === false ? 'UNCOMPRESSED' : chunk.codec;
  const bytes = unpackPage(body.subarray(start), size - start, codec);
  if (encoding === RUNS) checkSizedRuns(bytes, 0, 1, count);
  else checkRuns(bytes, 1, bytes.length, bytes[0], count);
}

function requireCount(count: number, { mostValues }: Chunk): number {
  if (count >= 0 && count <= mostValues) return count;
  throw new Error(`a page says that it has ${count} values, its column has ${mostValues}`);
}

/** Runs with their length in bytes before them; returns the place behind. */
function checkSizedRuns(bytes: Uint8Array, at: number, width: number, count: number): number {
  if (at + 4 > bytes.length) throw new Error('the runs of a page are cut short');
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
  const end = at + 4 + length;
  if (end > bytes.length) throw new Error('the runs of a page are longer than the page');
  checkRuns(bytes, at + 4, end, width, count);
  return end;
}

/** Runs of one value and of packed ones (Parquet, "RLE/bit-packing hybrid"): none may hold more than the page. */
function checkRuns(bytes: Uint8Array, start: number, end: number, width: number, count: number): void {
  if (width === 0) return;
  if (!(width <= 32)) throw new Error(`the values of a run are ${width} bits wide`);
  let seen = 0;
  for (let at = start; at < end && seen < count; ) {
    const [header, next] = readVarint(bytes, at);
    const isPacked = header % 2 === 1;
    const length = (isPacked ? 8 : 1) * Math.floor(header / 2);
    // Packed values come in eights, the last ones of them for nothing.
    if (length === 0 || length >= count - seen + (isPacked ? 8 : 1)) {
      throw new Error(`a run says that it has ${length} of ${count - seen} values`);
    }
    at = next + (isPacked ? (length / 8) * width : Math.ceil(width / 8));
    seen += length;
  }
}

const widthOf = (level: number) => 32 - Math.clz32(level);
