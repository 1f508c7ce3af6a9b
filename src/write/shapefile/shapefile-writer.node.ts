import { type FileHandle, open, rm } from 'node:fs/promises';
import { GroundTrendError } from '../../errors.js';
import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { createBounds, extendBounds } from '../bounds.js';
import { checkBatch, type OutputTarget } from '../result-encoder.js';
import { writeAt } from '../write-at.node.js';
import { encodeDbfHeader, planDbfColumns, recordLength } from './dbf-fields.js';
import { encodeDbfRows, narrowRecords } from './dbf-rows.js';
import { encodeShpHeader, encodeShpRows } from './shp-records.js';

/** Where the files of a shapefile are written to. */
export interface ShapefilePaths {
  readonly shp: string;
  readonly shx: string;
  readonly dbf: string;
  readonly prj: string;
  readonly cpg: string;
}

/** Many readers count bytes in 32 bits with a sign. */
const LARGEST_BYTES = 2 ** 31 - 1;
const ROWS_AT_ONCE = 4096;

const WGS84 =
  'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],' +
  'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]';

/**
 * Writes points as a shapefile in WGS84 and UTF-8. The table is first written with texts as wide as can be and
 * narrowed to the longest of each column at the end.
 *
 * Throws `output` for more than 255 columns, texts past 254 bytes, and files past 2 GB.
 */
export async function openShapefile(paths: ShapefilePaths, schema: ResultSchema): Promise<OutputTarget> {
  const columns = planDbfColumns(schema);
  const textWidths = new Int32Array(columns.length).fill(1);
  const spoolPath = `${paths.dbf}.wide`;
  const shp = await open(paths.shp, 'w');
  const shx = await open(paths.shx, 'w');
  const spool = await open(spoolPath, 'w+');
  const bounds = createBounds();
  let rows = 0;
  let shpBytes = 100;
  let isOpen = true;

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await Promise.all([shp.close(), shx.close(), spool.close()]);
    await rm(spoolPath, { force: true });
  }

  return {
    close,
    async write(batch: ResultBatch) {
      checkBatch(schema, batch);
      const { records, index } = encodeShpRows(batch, rows, shpBytes);
      if (shpBytes + records.length > LARGEST_BYTES) throw tooLarge();
      await writeAt(shp, records, shpBytes);
      await writeAt(shx, index, 100 + 8 * rows);
      await writeAt(spool, encodeDbfRows(schema, columns, batch, textWidths), rows * recordLength(columns));
      extendBounds(bounds, batch.longitude, batch.latitude, batch.count);
      rows += batch.count;
      shpBytes += records.length;
    },
    async finish() {
      const narrow = columns.map((column, index) =>
        column.type === 'C' ? { ...column, width: textWidths[index] } : column,
      );
      if (recordLength(narrow) * rows > LARGEST_BYTES) throw tooLarge();
      await writeAt(shp, encodeShpHeader(shpBytes, bounds), 0);
      await writeAt(shx, encodeShpHeader(100 + 8 * rows, bounds), 0);
      const dbf = await open(paths.dbf, 'w');
      try {
        const header = encodeDbfHeader(narrow, rows);
        await writeAt(dbf, header, 0);
        let at = header.length;
        for (let row = 0; row < rows; row += ROWS_AT_ONCE) {
          const count = Math.min(ROWS_AT_ONCE, rows - row);
          const wide = await readAt(spool, count * recordLength(columns), row * recordLength(columns));
          const records = narrowRecords(wide, columns, narrow);
          await writeAt(dbf, records, at);
          at += records.length;
        }
        await writeAt(dbf, Uint8Array.of(0x1a), at);
      } finally {
        await dbf.close();
      }
      await writeText(paths.prj, WGS84);
      await writeText(paths.cpg, 'UTF-8');
      await close();
    },
  };
}

async function readAt(handle: FileHandle, length: number, position: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new Error('the table written so far ends early');
    done += bytesRead;
  }
  return bytes;
}

async function writeText(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await writeAt(handle, new TextEncoder().encode(text), 0);
  } finally {
    await handle.close();
  }
}

function tooLarge(): GroundTrendError {
  return new GroundTrendError('output', 'A shapefile holds 2 GB at the most, and this is more.', {
    advice: 'Write .gpkg or .parquet.',
  });
}
