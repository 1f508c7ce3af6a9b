import { stat } from 'node:fs/promises';
import type { ByteSource } from '../../src/read/byte-source.js';
import { openFileSource } from '../../src/read/file-source.node.js';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import { listZipMembers } from '../../src/read/zip-archive.node.js';
import { prepareFormat } from './format-files.js';
import { prepareRowsOfText, prepareStamps } from './point-files.js';
import { prepareLicsbas, prepareMintpy, prepareNetcdf } from './raster-files.js';
import { type BenchInput, type Stage, timed } from './stages.js';

const COMMA = 44;
const LINE_FEED = 10;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NUMBERS_HELD = 1 << 20;

/**
 * The limit of any reader: takes every byte, makes a number of every cell and stores it, without asking whether it is
 * one, which column it belongs to or whether the row is whole.
 */
async function scanBytes({ csv, points }: BenchInput) {
  const source = await openFileSource(csv, csv);
  const numbers = new Float32Array(NUMBERS_HELD);
  const { result, seconds } = await timed(async () => {
    let bytes = 0;
    let cells = 0;
    let mantissa = 0;
    let sign = 1;
    let scale = 0;
    for await (const chunk of source.open()) {
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i];
        const digit = byte - ZERO;
        if (digit >>> 0 < 10) {
          mantissa = (mantissa * 10 + digit) | 0;
          scale *= 10;
        } else if (byte === COMMA || byte === LINE_FEED) {
          numbers[cells++ & (NUMBERS_HELD - 1)] = (sign * mantissa) / (scale === 0 ? 1 : scale);
          mantissa = 0;
          sign = 1;
          scale = 0;
        } else if (byte === MINUS) sign = -1;
        else if (byte === POINT) scale = 1;
      }
      bytes += chunk.length;
    }
    return bytes;
  });
  return { seconds, points, bytes: result };
}

async function drain(source: ByteSource): Promise<number> {
  let bytes = 0;
  for await (const chunk of source.open()) bytes += chunk.length;
  return bytes;
}

async function inflate({ zip, points }: BenchInput) {
  const [member] = await listZipMembers(zip, zip);
  const { result, seconds } = await timed(() => drain(member));
  return { seconds, points, bytes: result };
}

/** `bytes` are those of the file as it is stored. */
async function readTable(...paths: string[]) {
  const [path] = paths;
  const [dataset] = await openDatasets([path]);
  const { result, seconds } = await timed(async () => {
    let points = 0;
    for await (const batch of dataset.batches({ pointsPerBatch: 4096 })) points += batch.count;
    return points;
  });
  let bytes = 0;
  for (const part of paths) bytes += (await stat(part)).size;
  return { seconds, points: result, bytes };
}

export const READING_STAGES: Readonly<Record<string, Stage>> = {
  'bare byte scanner': scanBytes,
  'inflate alone': inflate,
  'read CSV': ({ csv }) => readTable(csv),
  'read ZIP': ({ zip }) => readTable(zip),
  'read GeoParquet': async (input) => readTable(await prepareFormat(input, 'parquet')),
  'read GeoPackage': async (input) => readTable(await prepareFormat(input, 'gpkg')),
  'read FlatGeobuf': async (input) => readTable(await prepareFormat(input, 'fgb')),
  'read shapefile, 200 dates': async (input) => {
    const path = await prepareFormat(input, 'shp');
    return readTable(path, path.replace(/shp$/, 'dbf'));
  },
  'read GeoJSON lines': async (input) => readTable(await prepareFormat(input, 'geojsonl')),
  'read MintPy HDF5': async (input) => readTable(await prepareMintpy(input)),
  'read LiCSBAS HDF5': async (input) => readTable(await prepareLicsbas(input)),
  'read netCDF cube': async (input) => readTable(await prepareNetcdf(input)),
  'read StaMPS file': async (input) => readTable(await prepareStamps(input)),
  'read rows of text': async (input) => readTable(await prepareRowsOfText(input)),
};
