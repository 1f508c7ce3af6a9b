import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mergeJob } from '../../src/shards/merge-job.js';
import { planJob } from '../../src/shards/plan-job.js';
import { runShard } from '../../src/shards/run-shard.js';
import {
  type BenchInput,
  DEFAULT_MODEL,
  DEFAULT_SETTINGS,
  inFolder,
  type Stage,
  type StageResult,
  timed,
} from './stages.js';

const SHARDS = 4;

type Step = 'plan' | 'run' | 'merge';

/** One step of a job in shards that one process works off; the others are done, and not timed. */
function work(step: Step): Stage {
  return ({ csv, points }: BenchInput) =>
    inFolder(async (folder): Promise<StageResult> => {
      const { materialMm, wavelengthMm } = DEFAULT_SETTINGS;
      const jobFolder = join(folder, 'job');
      const planned = await timed(() =>
        planJob({
          inputs: [csv],
          folder: jobFolder,
          into: SHARDS,
          model: DEFAULT_MODEL,
          options: {
            keepSeries: false,
            describe: 'full',
            repair: false,
            sieve: true,
            materialMm,
            wavelengthMm,
          },
          prior: 'balanced',
          references: [],
          threads: 1,
          software: 'bench',
        }),
      );
      const job = planned.result;
      const run = await timed(async () => {
        for (const shard of job.manifest.shards.keys()) await runShard(job, shard, { threads: 1 });
      });
      const map = join(folder, 'map.parquet');
      const merged = await timed(() => mergeJob(job, [map], { threads: 1 }));
      const seconds = { plan: planned, run, merge: merged }[step].seconds;
      const parts = join(jobFolder, 'parts');
      const sizes = await Promise.all(
        (await readdir(parts)).map(async (name) => (await stat(join(parts, name))).size),
      );
      const stored = {
        input: (await stat(csv)).size,
        map: (await stat(map)).size,
        parts: sizes.reduce((sum, size) => sum + size, 0),
      };
      return { seconds, points, stored };
    });
}

/** Steps that sizes are told of. */
export const RUN_SHARDS = 'shards: run 4, one after the other, 1 thread';
export const MERGE_SHARDS = 'shards: merge';

export const SHARD_STAGES: Readonly<Record<string, Stage>> = {
  'shards: plan': work('plan'),
  [RUN_SHARDS]: work('run'),
  [MERGE_SHARDS]: work('merge'),
};
