/** What the first bytes of a file say that it is. `what` completes the sentence "This is ...". */
export interface ContentKind {
  readonly kind:
    | 'text'
    | 'zip'
    | 'xml'
    | 'shapefile'
    | 'parquet'
    | 'geopackage'
    | 'flatgeobuf'
    | 'matlab'
    | 'pointText'
    | 'hdf5'
    | 'json'
    | 'empty'
    | 'other';
  readonly what: string;
  /** What the person can do with a file that cannot be read. */
  readonly advice?: string;
}

interface Signature {
  /** `other` where absent. */
  readonly kind?: ContentKind['kind'];
  readonly offset?: number;
  readonly bytes: readonly number[] | string;
  readonly what: string;
  readonly advice?: string;
}

const EXPORT_AS_CSV = 'Export it as CSV with one column a date and try again.';
const UNPACK = 'Unpack it and give the file inside.';

/** First match wins: what is more special stands before what is more general. */
const SIGNATURES: readonly Signature[] = [
  { kind: 'parquet', bytes: 'PAR1', what: 'a Parquet file' },
  { kind: 'hdf5', bytes: [0x89, 0x48, 0x44, 0x46], what: 'an HDF5 (or netCDF-4) file' },
  {
    bytes: 'CDF',
    what: 'a netCDF file of the classic kind',
    advice: 'Make netCDF-4 of it (nccopy -k nc4 IN OUT) and try again.',
  },
  { kind: 'geopackage', bytes: 'GPKG', offset: 68, what: 'a GeoPackage' },
  { bytes: 'SQLite format 3', what: 'an SQLite database', advice: EXPORT_AS_CSV },
  {
    kind: 'shapefile',
    bytes: [0, 0, 0x27, 0x0a],
    what: 'the geometry of a shapefile (.shp or .shx)',
  },
  { bytes: '%PDF', what: 'a PDF document' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: 'a PNG image' },
  { bytes: [0xff, 0xd8, 0xff], what: 'a JPEG image' },
  { bytes: [0x49, 0x49, 0x2a, 0], what: 'a TIFF image' },
  { bytes: [0x4d, 0x4d, 0, 0x2a], what: 'a TIFF image' },
  { bytes: [0x49, 0x49, 0x2b, 0], what: 'a BigTIFF image' },
  { bytes: [0x1f, 0x8b], what: 'a gzip file', advice: UNPACK },
  { bytes: 'BZh', what: 'a bzip2 file', advice: UNPACK },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'an xz file', advice: UNPACK },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'a Zstandard file', advice: UNPACK },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], what: 'a 7-Zip archive', advice: UNPACK },
  { bytes: 'Rar!', what: 'a RAR archive', advice: UNPACK },
  { bytes: 'ustar', offset: 257, what: 'a tar archive', advice: UNPACK },
  { bytes: 'ARROW1', what: 'an Arrow (Feather) file', advice: EXPORT_AS_CSV },
  { kind: 'flatgeobuf', bytes: 'fgb', what: 'a FlatGeobuf file' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Microsoft Office file', advice: EXPORT_AS_CSV },
  { kind: 'matlab', bytes: 'MATLAB 5.0', what: 'a MATLAB file' },
  { kind: 'matlab', bytes: 'MATLAB 7.3', what: 'a MATLAB file of version 7.3' },
  { bytes: [0xff, 0xfe], what: 'text in UTF-16', advice: 'Save it as UTF-8 and try again.' },
  { bytes: [0xfe, 0xff], what: 'text in UTF-16', advice: 'Save it as UTF-8 and try again.' },
];

/** Names a file by its first bytes (a few hundred are enough; its ending is not asked). */
export function recogniseContent(head: Uint8Array): ContentKind {
  if (head.length === 0) return { kind: 'empty', what: 'an empty file' };
  if (startsWith(head, 'PK\u0003\u0004') || startsWith(head, 'PK\u0005\u0006')) {
    return { kind: 'zip', what: 'a ZIP archive', advice: UNPACK };
  }
  for (const { kind = 'other', bytes, offset = 0, what, advice } of SIGNATURES) {
    if (startsWith(head, bytes, offset)) return { kind, what, advice };
  }
  if (looksLikeDbf(head)) {
    return {
      kind: 'other',
      what: 'the table of a shapefile (.dbf)',
      advice: 'Give the .shp file of the same name, which says where the points are.',
    };
  }
  return recogniseText(head);
}

function recogniseText(head: Uint8Array): ContentKind {
  const start = head.subarray(0, 4096);
  if (start.includes(0)) {
    return looksLikeUtf16(start)
      ? { kind: 'other', what: 'text in UTF-16', advice: 'Save it as UTF-8 and try again.' }
      : { kind: 'other', what: 'binary data of an unknown kind' };
  }
  const text = new TextDecoder().decode(start).trimStart().toLowerCase();
  if (text === '') return { kind: 'empty', what: 'a file of blanks only' };
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) {
    return {
      kind: 'other',
      what: 'an HTML page',
      advice: 'A download that needs a log-in or a fresh link often ends like this: download it again.',
    };
  }
  if (text.startsWith('<')) return { kind: 'xml', what: 'an XML file' };
  if (text.startsWith('{') || text.startsWith('[')) {
    return { kind: 'json', what: 'a JSON file' };
  }
  return { kind: 'text', what: 'plain text' };
}

function startsWith(head: Uint8Array, bytes: readonly number[] | string, offset = 0): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const wanted = typeof bytes === 'string' ? bytes.charCodeAt(i) : bytes[i];
    if (head[offset + i] !== wanted) return false;
  }
  return true;
}

/** The table of a shapefile starts with no fixed mark: version, a date, and a header length of 32 bytes a field. */
function looksLikeDbf(head: Uint8Array): boolean {
  if (head.length < 33 || ![0x03, 0x30, 0x83, 0x8b, 0xf5].includes(head[0])) return false;
  const headerLength = head[8] + 256 * head[9];
  return head[2] >= 1 && head[2] <= 12 && head[3] >= 1 && head[3] <= 31 && headerLength > 32;
}

/** Latin letters in UTF-16 without a mark: every other byte is zero. */
function looksLikeUtf16(start: Uint8Array): boolean {
  const zeros = [0, 0];
  for (let i = 0; i < start.length; i++) if (start[i] === 0) zeros[i % 2]++;
  const half = start.length / 2;
  return (zeros[0] > 0.8 * half && zeros[1] === 0) || (zeros[1] > 0.8 * half && zeros[0] === 0);
}
