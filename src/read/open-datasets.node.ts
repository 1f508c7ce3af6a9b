import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GroundTrendError } from '../errors.js';
import { type ByteSource, readHead } from './byte-source.js';
import { parseDateColumn } from './columns/date-column.js';
import { type ContentKind, recogniseContent } from './content-kind.js';
import { looksLikeHeader } from './delimited/header.js';
import { openDelimited } from './delimited/open-delimited.js';
import { openFileSource, tryFile } from './file-source.node.js';
import { createPidRegister } from './pid-register.js';
import { looksLikePointText, openPointText } from './point-text/open-point-text.js';
import { openRandomAccess } from './random-access.node.js';
import type { ReadOptions } from './read-options.js';
import { findShapefileParts, stemOf } from './shapefile/find-parts.js';
import { joinShapefiles } from './shapefile/join-shapefiles.js';
import { openShapefileTable } from './shapefile/open-shapefile.js';
import type { SourceDataset } from './source-dataset.js';
import { watchFiles } from './steady-file.node.js';
import { openTable } from './tables/open-table.js';
import type { TableSource } from './tables/table-source.js';
import { listZipMembers } from './zip-archive.node.js';

/** How files are read: units, projection, strictness. */
export type OpenOptions = ReadOptions;

/** Enough for the first bytes of any format and for the header of a table with some thousand dates. */
const HEAD_BYTES = 1 << 18;

/** Something with series in it, not yet opened. */
interface FoundTable {
  readonly kind: ContentKind['kind'];
  readonly source: ByteSource;
  /** What lies beside it and may belong to it. */
  readonly around: readonly ByteSource[];
  /** What is to be said about its surroundings. */
  readonly notes: readonly string[];
  /** True where the person gave a folder or archive that it lies in, and may not have meant it. */
  readonly isIncidental: boolean;
}

/**
 * Opens files of displacement series: delimited text, shapefiles, GeoJSON, (Geo)Parquet, GeoPackages, FlatGeobuf,
 * MintPy's and LiCSBAS's HDF5, StaMPS's MATLAB files, rows of text with dates beside them, and ZIP archives and folders
 * with such files in them, recognised by their content. A ZIP or folder gives one dataset a table in it, sorted by name
 * in a folder; XML beside them is passed over, anything else there is named in a warning of the first dataset. Folders
 * within are not looked into. Shapefiles of the same points with different dates are one dataset.
 *
 * A point (pid and place) that comes again in a later dataset is left out there, and counted.
 *
 * Throws `input` where a path cannot be read, is of another kind, or holds no table.
 *
 * ```ts
 * import { openDatasets } from 'groundtrend/node';
 *
 * const [dataset] = await openDatasets(['points.csv']);
 * for await (const batch of dataset.batches()) {
 *   console.log(batch.count, batch.pids[0]); // 60 p0
 * }
 * ```
 */
export async function openDatasets(
  paths: readonly string[],
  options: OpenOptions = {},
): Promise<SourceDataset[]> {
  const shared = { ...options, pids: options.pids ?? createPidRegister() };
  const found: FoundTable[] = [];
  for (const path of paths) {
    const isFolder = (await tryFile(path, () => stat(path))).isDirectory();
    found.push(
      ...(isFolder ? await findInFolder(path) : await findInFile(path, options.dates !== undefined)),
    );
  }
  return openFound(found, shared);
}

async function openFound(found: readonly FoundTable[], options: OpenOptions): Promise<SourceDataset[]> {
  const shapefiles = await Promise.all(
    found
      .filter(({ kind }) => kind === 'shapefile')
      .map(async ({ source, around }) => openShapefileTable(await findShapefileParts(source, around))),
  );
  const joined = joinShapefiles(shapefiles);
  const opened: { readonly item: FoundTable; readonly tables: readonly TableSource[] }[] = [];
  const passedOver: string[] = [];
  for (const item of found) {
    const { kind, source } = item;
    let tables: readonly TableSource[] = [];
    if (kind === 'shapefile') tables = joined.filter(({ file }) => file === source.name);
    else if (kind !== 'text') {
      const all = await openTables(kind, source, options);
      tables = all.some(hasSeries) || item.isIncidental ? all.filter(hasSeries) : all.slice(0, 1);
      if (tables.length === 0 && !item.isIncidental) throw noSeries(source.name);
      if (tables.length === 0) passedOver.push(basename(source.name));
    }
    if (kind === 'text' || tables.length > 0) opened.push({ item, tables });
  }
  if (opened.length === 0 && found.length > 0) throw noSeries(passedOver.join(', '));

  const datasets: SourceDataset[] = [];
  let notes = options.notes ?? [];
  if (passedOver.length > 0) notes = [...notes, `Not read, since without series: ${passedOver.join(', ')}.`];
  for (const { item, tables } of opened) {
    const own = { ...options, notes: [...notes, ...item.notes] };
    notes = options.notes ?? [];
    const files = filesOf(item);
    if (item.kind === 'text') datasets.push(await watchFiles(await openDelimited(item.source, own), files));
    for (const table of tables) datasets.push(await watchFiles(await openTable(table, own), files));
  }
  return datasets;
}

/** The paths of all files that a table is read from. */
function filesOf({ kind, source, around }: FoundTable): string[] {
  const parts = kind === 'shapefile' ? around.filter(({ name }) => stemOf(name) === stemOf(source.name)) : [];
  return [...new Set([source, ...parts].flatMap(({ file }) => file ?? []))];
}

function hasSeries({ series, columns }: TableSource): boolean {
  return series !== undefined || columns.some(({ name }) => parseDateColumn(name) !== undefined);
}

function noSeries(file: string): GroundTrendError {
  return new GroundTrendError('input', 'There are no displacement series in this file.', {
    place: { file },
    advice:
      'Series are read from columns named like dates (D20200103), from lists in Parquet, and from HDF5 of MintPy ' +
      '(timeseries) and LiCSBAS (cum); rows of text need a list of dates (--dates).',
  });
}

/** The tables of one file; the libraries that some formats need are loaded only for them. */
async function openTables(
  kind: ContentKind['kind'],
  source: ByteSource,
  options: OpenOptions,
): Promise<readonly TableSource[]> {
  const { name } = source;
  switch (kind) {
    case 'json': {
      const { openGeojsonTable } = await import('./geojson/open-geojson.js');
      return [await openGeojsonTable(source)];
    }
    case 'parquet': {
      const { openParquetTable } = await import('./parquet/open-parquet.js');
      return [await openParquetTable(await openRandomAccess(requireFile(source), name))];
    }
    case 'geopackage': {
      const { openGeopackageTables } = await import('./geopackage/open-geopackage.node.js');
      return openGeopackageTables(requireFile(source), name, source.totalBytes ?? 0);
    }
    case 'flatgeobuf': {
      const { openFlatgeobufTable } = await import('./flatgeobuf/open-flatgeobuf.js');
      return [await openFlatgeobufTable(source)];
    }
    case 'pointText':
      return [await openPointText(source, options)];
    case 'matlab': {
      const { openStampsTable } = await import('./stamps/open-stamps.node.js');
      const { bytes } = await readHead(source, 10);
      const isHdf5 = new TextDecoder().decode(bytes.subarray(0, 10)) === 'MATLAB 7.3';
      return [await openStampsTable(requireFile(source), name, isHdf5)];
    }
    case 'hdf5': {
      const { openRasterTables } = await import('./hdf5/open-raster.node.js');
      return openRasterTables(requireFile(source), name);
    }
    default:
      throw new Error(`No reader knows ${kind} (${name}).`);
  }
}

/** The path of a file that has to be read here and there. Throws `input` for a member of an archive. */
function requireFile(source: ByteSource): string {
  if (source.isSeekable && source.file !== undefined) return source.file;
  throw new GroundTrendError('input', 'A file of this kind cannot be read from within an archive.', {
    place: { file: source.name },
    advice: 'Unpack the archive and give the file inside.',
  });
}

async function findInFile(path: string, hasDates: boolean): Promise<FoundTable[]> {
  const source = await openFileSource(path, path);
  const { kind, isTable } = await recogniseSource(source);
  if (kind === 'zip') return findInZip(path);
  if (kind === 'shapefile' && isIndex(path)) {
    throw new GroundTrendError('input', 'This is the index of a shapefile (.shx).', {
      place: { file: path },
      advice: 'Give the .shp file of the same name.',
    });
  }
  const around = kind === 'shapefile' ? await openNeighbours(path) : [];
  // Whatever else is no table is best refused by the reader of text, which says what it is.
  const other = kind === 'text' && hasDates ? 'pointText' : 'text';
  return [{ kind: isTable ? kind : other, source, around, notes: [], isIncidental: false }];
}

/** The files beside this one that have its name but for the ending. */
async function openNeighbours(path: string): Promise<ByteSource[]> {
  const folder = dirname(path);
  const names = await tryFile(folder, () => readdir(folder));
  const same = names.filter((name) => stemOf(name) === stemOf(basename(path)));
  return Promise.all(same.map((name) => openFileSource(join(folder, name), join(folder, name))));
}

async function findInZip(path: string): Promise<FoundTable[]> {
  const { found, others } = await sortSources(await listZipMembers(path, path));
  if (found.length > 0) return found;
  throw new GroundTrendError('input', 'This ZIP archive holds no table of series.', {
    place: { file: path },
    advice: others.length === 0 ? 'It is empty, or holds XML only.' : `It holds ${others.join(', ')}.`,
  });
}

async function findInFolder(folder: string): Promise<FoundTable[]> {
  const entries = await tryFile(folder, () => readdir(folder, { withFileTypes: true }));
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const sources = await Promise.all(
    names.map((name) => openFileSource(join(folder, name), join(folder, name))),
  );
  const { found, others } = await sortSources(sources, (source) => findInZip(source.name));
  if (found.length > 0) return found;
  throw new GroundTrendError('input', 'This folder holds no table of series.', {
    place: { file: folder },
    advice:
      others.length === 0
        ? 'Files of EGMS are named like EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip.'
        : `It holds ${others.slice(0, 10).join(', ')}.`,
  });
}

/** Tells what is a table among the members of an archive or folder, and says what the others are. */
async function sortSources(
  sources: readonly ByteSource[],
  findInArchive?: (source: ByteSource) => Promise<FoundTable[]>,
): Promise<{ found: FoundTable[]; others: string[] }> {
  const known: { readonly source: ByteSource; readonly content: RecognisedContent }[] = [];
  for (const source of sources) known.push({ source, content: await recogniseSource(source) });
  const shapefileStems = new Set(
    known.filter(({ content }) => content.kind === 'shapefile').map(({ source }) => stemOf(source.name)),
  );
  const tables: { readonly source: ByteSource; readonly content: RecognisedContent }[] = [];
  const others: string[] = [];
  for (const { source, content } of known) {
    const isArchive = content.kind === 'zip' && findInArchive !== undefined;
    if ((content.isTable && !isIndex(source.name)) || isArchive) tables.push({ source, content });
    else if (content.kind !== 'xml' && !shapefileStems.has(stemOf(source.name))) {
      others.push(`${basename(source.name)} (${content.what})`);
    }
  }
  const found: FoundTable[] = [];
  let notes = others.length > 0 ? [`Not read, beside the tables: ${others.join(', ')}.`] : [];
  for (const { source, content } of tables) {
    const inside = content.isTable
      ? [{ kind: content.kind, source, around: sources, notes: [], isIncidental: true }]
      : await findInArchive!(source);
    found.push({ ...inside[0], notes: [...notes, ...inside[0].notes] }, ...inside.slice(1));
    notes = [];
  }
  return { found, others };
}

/** The index of a shapefile starts with the very bytes of its geometry; only the name tells them apart. */
const isIndex = (name: string) => /\.shx$/i.test(name);

const TABLE_KINDS: ReadonlySet<ContentKind['kind']> = new Set([
  'shapefile',
  'parquet',
  'geopackage',
  'flatgeobuf',
  'matlab',
  'hdf5',
  'json',
]);

type RecognisedContent = ContentKind & { readonly isTable: boolean };

async function recogniseSource(source: ByteSource): Promise<RecognisedContent> {
  const { bytes } = await readHead(source, HEAD_BYTES);
  const content = recogniseContent(bytes);
  const isText = content.kind === 'text';
  if (isText && !looksLikeHeader(bytes) && looksLikePointText(bytes)) {
    return { ...content, kind: 'pointText', isTable: true };
  }
  const isTable = TABLE_KINDS.has(content.kind) || (isText && looksLikeHeader(bytes));
  return { ...content, isTable };
}
