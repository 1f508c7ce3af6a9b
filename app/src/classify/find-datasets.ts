import {
  type ByteSource,
  createPidRegister,
  type Dataset,
  findShapefileParts,
  GroundTrendError,
  joinShapefiles,
  listBlobZipMembers,
  looksLikeHeader,
  openDelimited,
  openFlatgeobufTable,
  openGeojsonTable,
  openParquetTable,
  openShapefileTable,
  openTable,
  readHead,
  recogniseContent,
  stemOf,
  type TableSource,
} from '../../../src/index.js';

const HEAD_BYTES = 1 << 18;
/** The page holds the whole map; larger files are the command line's. */
const LARGEST_FILE_BYTES = 3_000_000_000;
/** What needs libraries that a page does not have. */
const NOT_HERE: readonly string[] = ['geopackage', 'hdf5', 'matlab'];
/** Kinds that hold no table: named where they lie beside one. */
const NO_TABLES: readonly string[] = ['other', 'empty', 'zip'];

interface Piece {
  readonly source: ByteSource;
  /** The file itself, where it is not a member of an archive. */
  readonly file: File | undefined;
  readonly kind: ReturnType<typeof recogniseContent>['kind'];
  readonly what: string;
}

/**
 * The datasets in files that were dropped together, by their content, with the readers of the command line: delimited
 * text, GeoJSON, FlatGeobuf, Parquet, shapefiles with the files that belong to them, and ZIP archives of these. What
 * else is there is named in a warning of the first.
 */
export async function findDatasets(files: readonly File[]): Promise<Dataset[]> {
  const pieces: Piece[] = [];
  for (const file of files) pieces.push(...(await listPieces(file)));
  const around = pieces.map(({ source }) => source);
  const options = { pids: createPidRegister() };
  const shapefiles = await Promise.all(
    pieces
      .filter(({ kind, source }) => kind === 'shapefile' && !/\.shx$/i.test(source.name))
      .map(async ({ source }) => openShapefileTable(await findShapefileParts(source, around))),
  );
  const tables: TableSource[] = [...joinShapefiles(shapefiles)];
  const datasets: Dataset[] = [];
  let notes = notesOf(pieces);
  const takeNotes = () => {
    const own = { ...options, notes };
    notes = [];
    return own;
  };
  for (const piece of pieces) {
    const { kind, source, file } = piece;
    if (kind === 'text') datasets.push(await openDelimited(source, takeNotes()));
    else if (kind === 'json') tables.push(await openGeojsonTable(source));
    else if (kind === 'flatgeobuf') tables.push(await openFlatgeobufTable(source));
    else if (kind === 'parquet') tables.push(await openParquetTable(randomAccess(source.name, file)));
    else if (NOT_HERE.includes(kind)) throw refuse(piece);
  }
  for (const table of tables) datasets.push(await openTable(table, takeNotes()));
  if (datasets.length > 0) return datasets;
  // The reader of text says best what a single file is that is no table.
  return [await openDelimited(pieces[0].source, options)];
}

/** Names what is no table and no part of a shapefile, as the command line does. */
function notesOf(pieces: readonly Piece[]): string[] {
  const shapefiles = pieces.filter(({ kind }) => kind === 'shapefile');
  const stems = new Set(shapefiles.map(({ source }) => stemOf(source.name)));
  const others = pieces.filter(
    ({ kind, source }) => NO_TABLES.includes(kind) && !stems.has(stemOf(source.name)),
  );
  if (others.length === 0) return [];
  return [
    `Not read, beside the tables: ${others.map(({ source, what }) => `${source.name.split('/').pop()} (${what})`).join(', ')}.`,
  ];
}

/** A file by itself, or the members of an archive that may be tables or parts of one. */
async function listPieces(file: File): Promise<Piece[]> {
  if (file.size > LARGEST_FILE_BYTES) {
    throw new GroundTrendError('input', 'This file is too large for a page.', {
      place: { file: file.name },
      advice: 'The command line takes files of any size: groundtrend classify.',
    });
  }
  const own = await recognise(blobSource(file), file);
  if (own.kind !== 'zip') return [own];
  const members: Piece[] = [];
  for (const source of await listBlobZipMembers(file, file.name)) {
    members.push(await recognise(source, undefined));
  }
  const tables = members.filter(({ kind }) => kind !== 'xml' && !NO_TABLES.includes(kind));
  if (tables.length > 0) return members;
  const others = members
    .filter(({ kind }) => kind !== 'xml')
    .map(({ source, what }) => `${source.name.split('/').pop()} (${what})`);
  throw new GroundTrendError('input', 'This ZIP archive holds no table of series.', {
    place: { file: file.name },
    advice: others.length === 0 ? 'It is empty, or holds XML only.' : `It holds ${others.join(', ')}.`,
  });
}

/** Text that is no table (a .prj, a note in an archive) counts as nothing that is read. */
async function recognise(source: ByteSource, file: File | undefined): Promise<Piece> {
  const { bytes } = await readHead(source, HEAD_BYTES);
  const { kind, what } = recogniseContent(bytes);
  const isNote = kind === 'text' && !looksLikeHeader(bytes);
  return { source, file, kind: isNote ? 'other' : kind, what };
}

function refuse({ source, what }: Piece): GroundTrendError {
  return new GroundTrendError('input', `This is ${what}, which a page cannot read.`, {
    place: { file: source.name },
    advice: 'The command line can: groundtrend classify. Its GeoParquet then opens here.',
  });
}

function randomAccess(name: string, file: File | undefined) {
  if (file === undefined) {
    throw new GroundTrendError('input', 'A file of this kind cannot be read from within an archive.', {
      place: { file: name },
      advice: 'Unpack the archive and give the file inside.',
    });
  }
  return {
    name,
    byteLength: file.size,
    read: async (start: number, end: number) =>
      new Uint8Array(await file.slice(start, Math.min(end, file.size)).arrayBuffer()),
  };
}

function blobSource(file: File): ByteSource {
  return {
    name: file.name,
    totalBytes: file.size,
    async *open({ onBytes } = {}) {
      const reader = file.stream().getReader();
      let consumed = 0;
      try {
        for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
          yield piece.value;
          consumed += piece.value.length;
          onBytes?.(consumed);
        }
      } finally {
        await reader.cancel().catch(() => {});
      }
    },
  };
}
