import type { ByteSource } from '../byte-source.js';
import { readHead } from '../byte-source.js';
import { missingPart, type ShapefileParts } from './open-shapefile.js';

const LONGEST_TEXT = 1 << 20;

/** The name without its ending, in lower case: what the files of one shapefile share. */
export function stemOf(name: string): string {
  return name.toLowerCase().replace(/(\.shp)?\.[^./\\]*$/, '');
}

const endingOf = (name: string) => /\.([^./\\]*)$/.exec(name.toLowerCase())?.[1] ?? '';

/** Finds what belongs to a .shp among the files around it. Throws `input` where the table is missing. */
export async function findShapefileParts(
  shp: ByteSource,
  around: readonly ByteSource[],
): Promise<ShapefileParts> {
  const stem = stemOf(shp.name);
  const find = (ending: string) =>
    around.find(({ name }) => stemOf(name) === stem && endingOf(name) === ending);
  const dbf = find('dbf');
  if (dbf === undefined) throw missingPart(shp.name, '.dbf', 'it holds the displacements');
  return { shp, dbf, projection: await readText(find('prj')), codePage: await readText(find('cpg')) };
}

async function readText(source: ByteSource | undefined): Promise<string | undefined> {
  if (source === undefined) return undefined;
  const { bytes } = await readHead(source, LONGEST_TEXT);
  return new TextDecoder().decode(bytes);
}
