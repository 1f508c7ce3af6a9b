import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { createEpochAxis } from '../../src/series/epoch-axis.js';
import { encodeEgmsCsv } from '../../src/simulate/egms-csv.js';
import { simulateEgmsLike } from '../../src/simulate/egms-like.js';
import { writeWhole } from '../../src/write/write-whole.node.js';
import type { BenchInput } from './stages.js';

const FIRST_DAY = 18_264;

/** A file like EGMS's of so many points, plain and zipped; one that is there already is taken. */
export async function prepareInput(points: number, dates: number): Promise<BenchInput> {
  const folder = join(tmpdir(), 'groundtrend-bench');
  await mkdir(folder, { recursive: true });
  const name = `egms-like-${points}-${dates}`;
  const csv = join(folder, `${name}.csv`);
  const zip = join(folder, `${name}.zip`);
  if (!existsSync(csv)) {
    const axis = createEpochAxis(Array.from({ length: dates }, (_, i) => FIRST_DAY + 6 * i));
    const { dataset } = simulateEgmsLike({ points, axis, seed: 'bench' });
    await writeWhole(csv, encodeEgmsCsv(axis, dataset.batches()), { overwrite: true });
  }
  if (!existsSync(zip)) await zipFile(csv, `${name}.csv`, zip);
  return { points, dates, csv, zip };
}

/** Where a program of its own puts its map. */
export function mapBeside({ csv }: BenchInput): string {
  return csv.replace(/csv$/, 'map.parquet');
}

/** Removes a file with everything that stages have put beside it: the same points in other formats, maps. */
export async function removeInput({ csv }: BenchInput): Promise<void> {
  const start = basename(csv).replace(/csv$/, '');
  const names = (await readdir(dirname(csv))).filter((name) => name.startsWith(start));
  await Promise.all(names.map((name) => rm(join(dirname(csv), name), { force: true })));
}

/** A ZIP archive of one deflated member, below 4 GiB (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16). */
async function zipFile(path: string, member: string, zip: string): Promise<void> {
  const name = Buffer.from(member);
  const temporary = `${zip}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  try {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    await handle.write(Buffer.concat([local, name]));
    let crc = 0;
    let size = 0;
    let stored = 0;
    await pipeline(
      createReadStream(path, { highWaterMark: 1 << 20 }),
      async function* (chunks) {
        for await (const chunk of chunks) {
          crc = crc32(chunk, crc);
          size += chunk.length;
          yield chunk;
        }
      },
      createDeflateRaw({ level: 6 }),
      async (chunks) => {
        for await (const chunk of chunks) {
          await handle.write(chunk);
          stored += chunk.length;
        }
      },
    );
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc, 0);
    sizes.writeUInt32LE(stored, 4);
    sizes.writeUInt32LE(size, 8);
    await handle.write(sizes, 0, 12, 14);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(8, 10);
    sizes.copy(central, 16);
    central.writeUInt16LE(name.length, 28);
    const start = local.length + name.length + stored;
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(1, 8);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(central.length + name.length, 12);
    end.writeUInt32LE(start, 16);
    await handle.write(Buffer.concat([central, name, end]), 0, undefined, start);
  } finally {
    await handle.close();
  }
  await rename(temporary, zip);
}
