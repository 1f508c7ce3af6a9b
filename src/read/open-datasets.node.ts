import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GroundTrendError } from '../errors.js';
import { type ByteSource, readHead } from './byte-source.js';
import { type ContentKind, recogniseContent } from './content-kind.js';
import { looksLikeHeader } from './delimited/header.js';
import { openDelimited, type SourceDataset } from './delimited/open-delimited.js';
import type { ReadOptions } from './delimited/read-options.js';
import { openFileSource, tryFile } from './file-source.node.js';
import { createPidRegister } from './pid-register.js';
import { listZipMembers } from './zip-archive.node.js';

export type OpenOptions = ReadOptions;

/** Enough for the first bytes of any format and for the header of a table with some thousand dates. */
const HEAD_BYTES = 1 << 18;

/**
 * Opens files of displacement series: delimited text, and ZIP archives and folders with such text in them, recognised
 * by their content. A ZIP or folder gives one dataset a table in it, sorted by name in a folder; XML beside them is
 * passed over, anything else there is named in a warning of the first dataset. Folders within are not looked into.
 *
 * A point (pid and place) that comes again in a later dataset is left out there, and counted.
 *
 * Throws `input` where a path cannot be read, is of another kind, or holds no table.
 */
export async function openDatasets(
  paths: readonly string[],
  options: OpenOptions = {},
): Promise<SourceDataset[]> {
  const shared = { ...options, pids: options.pids ?? createPidRegister() };
  const datasets: SourceDataset[] = [];
  for (const path of paths) {
    const isFolder = (await tryFile(path, () => stat(path))).isDirectory();
    datasets.push(...(isFolder ? await openFolder(path, shared) : await openFile(path, path, shared)));
  }
  return datasets;
}

async function openFile(path: string, name: string, options: OpenOptions): Promise<SourceDataset[]> {
  const source = await openFileSource(path, name);
  const { kind } = await recogniseSource(source);
  return kind === 'zip' ? openZip(path, name, options) : [await openDelimited(source, options)];
}

async function openZip(path: string, name: string, options: OpenOptions): Promise<SourceDataset[]> {
  const found = await openTables(await listZipMembers(path, name), options);
  if (found.datasets.length > 0) return found.datasets;
  throw new GroundTrendError('input', 'This ZIP archive holds no table of series.', {
    place: { file: name },
    advice:
      found.others.length === 0 ? 'It is empty, or holds XML only.' : `It holds ${found.others.join(', ')}.`,
  });
}

async function openFolder(folder: string, options: OpenOptions): Promise<SourceDataset[]> {
  const entries = await tryFile(folder, () => readdir(folder, { withFileTypes: true }));
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const sources = await Promise.all(
    names.map((name) => openFileSource(join(folder, name), join(folder, name))),
  );
  const found = await openTables(sources, options, (source, own) => openZip(source.name, source.name, own));
  if (found.datasets.length > 0) return found.datasets;
  throw new GroundTrendError('input', 'This folder holds no table of series.', {
    place: { file: folder },
    advice:
      found.others.length === 0
        ? 'Files of EGMS are named like EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip.'
        : `It holds ${found.others.slice(0, 10).join(', ')}.`,
  });
}

/** Opens what is a table among the members of an archive or folder and says what the others are. */
async function openTables(
  sources: readonly ByteSource[],
  options: OpenOptions,
  openArchive?: (source: ByteSource, options: OpenOptions) => Promise<SourceDataset[]>,
): Promise<{ datasets: SourceDataset[]; others: string[] }> {
  const found: { readonly source: ByteSource; readonly isTable: boolean }[] = [];
  const others: string[] = [];
  for (const source of sources) {
    const { kind, what, isTable } = await recogniseSource(source);
    if (isTable || (kind === 'zip' && openArchive !== undefined)) found.push({ source, isTable });
    else if (kind !== 'xml') others.push(`${basename(source.name)} (${what})`);
  }
  const datasets: SourceDataset[] = [];
  let notes = options.notes ?? [];
  if (others.length > 0) notes = [...notes, `Not read, beside the tables: ${others.join(', ')}.`];
  for (const { source, isTable } of found) {
    const own = { ...options, notes };
    datasets.push(...(isTable ? [await openDelimited(source, own)] : await openArchive!(source, own)));
    notes = [];
  }
  return { datasets, others };
}

async function recogniseSource(source: ByteSource): Promise<ContentKind & { readonly isTable: boolean }> {
  const { bytes } = await readHead(source, HEAD_BYTES);
  const content = recogniseContent(bytes);
  return { ...content, isTable: content.kind === 'text' && looksLikeHeader(bytes) };
}
