import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createRowTally } from '../classify/class-summary.js';
import type { ClassifySummary } from '../classify/classify-files.node.js';
import { GroundTrendError } from '../errors.js';
import type { ResultWriter } from '../series/result-table.js';
import { createBounds, extendBounds } from '../write/bounds.js';
import { openWriter } from '../write/open-writer.node.js';
import { writeWhole } from '../write/write-whole.node.js';
import { type Job, resultTableOf } from './manifest.js';
import { type MergeOptions, mergeParts } from './merge-job.js';
import { requireParts } from './merged-rows.js';
import { settleDuplicates } from './settle-duplicates.js';
import { describeCollection, describeItem, type Partition } from './stac-index.js';

/**
 * Writes a job as a folder of GeoParquet files, one a shard that has points, with an index after STAC: `collection.json`
 * and an item a file with its box, dates, points and classes, so that a reader opens only the files it needs. Rows and
 * their order are those of the one file that `mergeJob` writes. The folder gets its name when it is whole.
 */
export async function mergeToFolder(
  job: Job,
  folder: string,
  options: MergeOptions,
): Promise<ClassifySummary> {
  const records = await settleDuplicates(job, await requireParts(job, options.signal), options);
  await requireFree(folder, options.overwrite ?? false);
  const temporary = join(dirname(resolve(folder)), `.${basename(folder)}.${process.pid}.tmp`);
  await mkdir(temporary, { recursive: true });
  const { schema } = resultTableOf(job.manifest);
  const partitions: Partition[] = [];
  let writer: ResultWriter | undefined;
  try {
    const summary = await mergeParts(job, records, options, async (shard, rows) => {
      let partition = partitions[partitions.length - 1];
      if (writer === undefined || partition.shard !== shard) {
        await writer?.finish();
        const name = `part-${String(shard).padStart(6, '0')}`;
        const tally = createRowTally(schema, job.manifest.model.classes);
        partition = { name, shard, bounds: createBounds(), tally };
        partitions.push(partition);
        writer = await openWriter(join(temporary, `${name}.parquet`), schema, { overwrite: false });
      }
      extendBounds(partition.bounds, rows.longitude, rows.latitude, rows.count);
      partition.tally.add(rows);
      await writer.write(rows);
    });
    await writer?.finish();
    for (const partition of partitions) {
      await writeJson(join(temporary, `${partition.name}.json`), describeItem(job, partition));
    }
    await writeJson(
      join(temporary, 'collection.json'),
      describeCollection(job, partitions, basename(folder)),
    );
    if (options.overwrite) await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    return { ...summary, outputs: [folder] };
  } catch (error) {
    await writer?.abort();
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWhole(path, `${JSON.stringify(value, null, 1)}\n`, { overwrite: false });
}

async function requireFree(folder: string, overwrite: boolean): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined || (overwrite && found.isDirectory())) return;
  throw new GroundTrendError('output', 'The folder exists already.', {
    place: { file: folder },
    advice: 'Use --overwrite to replace it and all that is in it.',
  });
}
