import { DICTIONARY_ENCODINGS, PAGE, PLAIN, RUNS } from './page-numbers.js';
import { numberOf, readThriftStruct, structOf, type ThriftStruct } from './thrift-struct.js';
import { requirePageSize } from './unpack-page.js';

/** Where the body of a page lies, in bytes from the start of its column's chunk, and how many it unpacks to. */
interface PagePlace {
  readonly start: number;
  readonly end: number;
  readonly unpackedBytes: number;
}

export interface DictionaryPage extends PagePlace {
  readonly values: number;
}

export interface DataPage extends PagePlace {
  /** Number in the row group of its first row. */
  readonly firstRow: number;
  readonly rows: number;
  readonly isDictionary: boolean;
  /** Version 2 of pages: what stands, never compressed, before the values. */
  readonly second?: {
    readonly repetitionBytes: number;
    readonly definitionBytes: number;
    readonly isCompressed: boolean;
    readonly hasMissing: boolean;
  };
}

/** The pages of a flat column's chunk. */
export interface ColumnPages {
  readonly dictionary: DictionaryPage | undefined;
  readonly data: readonly DataPage[];
}

/**
 * Lists the pages of a flat column's chunk: plain values and dictionaries, as nearly all columns are written.
 * `undefined` where one is written otherwise, which is left to hyparquet. Throws where the headers are damaged, or do
 * not give the rows of the group.
 */
export function listPages(chunk: Uint8Array, groupRows: number): ColumnPages | undefined {
  const data: DataPage[] = [];
  let dictionary: DictionaryPage | undefined;
  let row = 0;
  for (let at = 0; row < groupRows; ) {
    const [header, start] = readThriftStruct(chunk, at);
    const type = numberOf(header, 1);
    const unpackedBytes = numberOf(header, 2);
    const end = start + numberOf(header, 3);
    if (!(end >= start && end <= chunk.length)) throw new RangeError('a page ends early');
    requirePageSize(unpackedBytes);
    const place: PagePlace = { start, end, unpackedBytes };
    at = end;
    if (type === PAGE.dictionary) {
      dictionary = { ...place, values: numberOf(structOf(header, 7), 1) };
      continue;
    }
    const page = type === PAGE.data ? readFirst(header, place, row) : readSecond(header, type, place, row);
    if (page === undefined || (page.isDictionary && dictionary === undefined)) return undefined;
    if (!(page.rows > 0)) throw new RangeError('a page without rows');
    row += page.rows;
    data.push(page);
  }
  if (row > groupRows) throw new RangeError('pages with more rows than their group');
  return { dictionary, data };
}

function readFirst(header: ThriftStruct, place: PagePlace, firstRow: number): DataPage | undefined {
  const page = structOf(header, 5);
  const isDictionary = readEncoding(numberOf(page, 2));
  if (isDictionary === undefined || numberOf(page, 3) !== RUNS) return undefined;
  return { ...place, firstRow, rows: numberOf(page, 1), isDictionary };
}

function readSecond(
  header: ThriftStruct,
  type: number,
  place: PagePlace,
  firstRow: number,
): DataPage | undefined {
  if (type !== PAGE.dataV2) throw new Error(`it has a page of type ${type}`);
  const page = structOf(header, 8);
  const isDictionary = readEncoding(numberOf(page, 4));
  if (isDictionary === undefined) return undefined;
  const definitionBytes = numberOf(page, 5);
  const repetitionBytes = numberOf(page, 6);
  const levels = definitionBytes + repetitionBytes;
  const most = Math.min(place.end - place.start, place.unpackedBytes);
  if (!(definitionBytes >= 0 && repetitionBytes >= 0 && levels <= most)) {
    throw new RangeError('the levels of a page are longer than the page');
  }
  return {
    ...place,
    firstRow,
    rows: numberOf(page, 1),
    isDictionary,
    second: {
      definitionBytes,
      repetitionBytes,
      isCompressed: page.get(7) !== false,
      hasMissing: numberOf(page, 2) !== 0,
    },
  };
}

/** Whether a page holds indexes into the dictionary or plain values; `undefined` for anything else. */
function readEncoding(encoding: number): boolean | undefined {
  if (encoding === PLAIN) return false;
  return DICTIONARY_ENCODINGS.has(encoding) ? true : undefined;
}
