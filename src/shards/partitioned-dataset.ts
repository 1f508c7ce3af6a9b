import { basename, join } from 'node:path';
import { createRowTally } from '../classify/class-summary.js';
import type { ClassifySummary } from '../classify/classify-files.node.js';
import { openRepairOutputs, type RepairOutputs } from '../classify/repair-outputs.node.js';
import type { ResultWriter } from '../series/result-table.js';
import { createBounds, extendBounds } from '../write/bounds.js';
import { openWriter } from '../write/open-writer.node.js';
import { reserveFolder } from '../write/output-folder.node.js';
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
  const output = await reserveFolder(folder, { overwrite: options.overwrite ?? false });
  const temporary = output.temporaryPath;
  const { schema } = resultTableOf(job.manifest);
  const partitions: Partition[] = [];
  let writer: ResultWriter | undefined;
  let repairs: RepairOutputs | undefined;
  try {
    if (job.manifest.options.repair) {
      repairs = await openRepairOutputs(join(temporary, 'map.parquet'), schema.series, { overwrite: false });
    }
    const summary = await mergeParts(job, records, options, repairs, async (shard, rows) => {
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
    const repair = await repairs?.finish();
    for (const partition of partitions) {
      await writeJson(join(temporary, `${partition.name}.json`), describeItem(job, partition));
    }
    await writeJson(
      join(temporary, 'collection.json'),
      describeCollection(job, partitions, basename(folder)),
    );
    await output.publish();
    const repairFiles = repair?.files.map((path) => join(folder, basename(path)));
    return { ...summary, outputs: [folder], repair: repair && { ...repair, files: repairFiles! } };
  } catch (error) {
    await writer?.abort();
    await repairs?.abort();
    await output.discard();
    throw error;
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWhole(path, `${JSON.stringify(value, null, 1)}\n`, { overwrite: false });
}
