import type { Command } from 'commander';
import { z } from 'zod';
import { reportFailure } from '../exit-status.js';
import { interruptSignal } from '../interrupt.js';
import { addMapOptions, mapOptions } from '../map-options.js';
import { memoryMb, outputFiles, parseOptions, threadCount } from '../options.js';
import { addKubernetesCommand, addSlurmCommand } from './shard-clusters.js';

const EXAMPLES = `
Examples:
  $ groundtrend shard plan downloads/ --into 64 -o job/
  $ groundtrend shard run job/ --index 0
  $ groundtrend shard status job/
  $ groundtrend shard merge job/ -o country.parquet
  $ groundtrend shard slurm job/ -o country.parquet --throttle 32
`;

const planSchema = z.object({
  into: z.coerce.number().int().min(1).max(100_000),
  output: z.string(),
  ...mapOptions,
  threads: threadCount,
  overwrite: z.boolean().default(false),
});

const runSchema = z.object({
  index: z.coerce.number().int().min(0).optional(),
  every: z.coerce.number().int().min(1).optional(),
  threads: threadCount,
  memory: memoryMb,
});

const statusSchema = z.object({ verify: z.boolean().default(false), json: z.boolean().default(false) });

const mergeSchema = z.object({
  output: outputFiles('map.parquet'),
  overwrite: z.boolean().default(false),
  threads: threadCount,
  json: z.boolean().default(false),
});

export function addShardCommand(program: Command): void {
  const shard = program
    .command('shard')
    .summary('cut a large job into parts that run anywhere, and merge them')
    .description(
      'Cuts the classification of many or large files into shards that any number of machines can run, in any order and as often as it takes, and merges their parts into the file that one process would have written, byte for byte.',
    )
    .addHelpText('after', EXAMPLES);
  addPlanCommand(shard);
  addRunCommand(shard);
  addStatusCommand(shard);
  addMergeCommand(shard);
  addSlurmCommand(shard);
  addKubernetesCommand(shard);
}

function addPlanCommand(shard: Command): void {
  const plan = shard
    .command('plan')
    .summary('write the manifest of a job')
    .description(
      'Reads every input once, for its hash and for where its rows stand, and writes a folder with the manifest and the model. Tables are cut between batches of 4,096 lines; archives are not cut within a member.',
    )
    .argument('<files...>', 'files or folders')
    .requiredOption('--into <count>', 'how many shards, at the most')
    .requiredOption('-o, --output <folder>', "the job's folder");
  addMapOptions(plan)
    .option('--threads <count>', 'threads for --prior estimate (default: one a core)')
    .option('--overwrite', 'plan anew in a folder that holds a job')
    .addHelpText('after', '\nExamples:\n  $ groundtrend shard plan big.csv more.zip --into 64 -o job/\n')
    .action(async (files: string[], values: unknown) => {
      const options = parseOptions(planSchema, values);
      const { runPlan } = await import('../run-shard.js');
      process.stdout.write(await runPlan(files, { ...options, signal: interruptSignal() }));
    });
}

function addRunCommand(shard: Command): void {
  shard
    .command('run')
    .summary('make the part of one shard')
    .description(
      'Makes the part of one shard, or finds it made. Exit status 0: done; 75: try again (stopped, disk full, file system in trouble); 65: do not (bad input or model).',
    )
    .argument('<job>', "the job's folder")
    .option('--index <number>', 'which shard (default: SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX)')
    .option('--every <count>', 'after it every so many-th shard too')
    .option('--threads <count>', 'threads (default: one a core)')
    .option('--memory <MB>', 'keep below this by fewer batches under way and fewer threads; the same bytes')
    .addHelpText('after', '\nExamples:\n  $ groundtrend shard run job/ --index 3 --threads 1\n')
    .action(async (folder: string, values: unknown) => {
      const options = parseOptions(runSchema, values);
      const { runShards } = await import('../run-shard.js');
      const { exitStatusFor } = await import('../../shards/retry-advice.js');
      try {
        process.stdout.write(await runShards(folder, { ...options, signal: interruptSignal() }));
      } catch (error) {
        reportFailure(error);
        process.exitCode = exitStatusFor(error);
      }
    });
}

function addStatusCommand(shard: Command): void {
  shard
    .command('status')
    .summary('say which shards are done')
    .argument('<job>', "the job's folder")
    .option('--verify', 'read and hash every part')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  $ groundtrend shard status job/ --verify\n')
    .action(async (folder: string, values: unknown) => {
      const { runStatus } = await import('../run-shard.js');
      process.stdout.write(await runStatus(folder, parseOptions(statusSchema, values)));
    });
}

function addMergeCommand(shard: Command): void {
  shard
    .command('merge')
    .summary('write one map from all parts')
    .description(
      'Checks every part and writes the map that one process would have written. An output that ends in a slash becomes a folder of GeoParquet files with an index after STAC.',
    )
    .argument('<job>', "the job's folder")
    .requiredOption(
      '-o, --output <file...>',
      'outputs: .parquet, .gpkg, .csv, .geojson, .geojsonl, or a folder/',
    )
    .option('--overwrite', 'replace outputs that exist')
    .option('--threads <count>', 'threads, for shards that hold points of others (default: one a core)')
    .option('--json', 'print the summary as JSON on standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  $ groundtrend shard merge job/ -o map.parquet -o map.csv\n  $ groundtrend shard merge job/ -o country/\n',
    )
    .action(async (folder: string, values: unknown) => {
      const options = parseOptions(mergeSchema, values);
      const { runMerge } = await import('../run-shard.js');
      process.stdout.write(await runMerge(folder, { ...options, signal: interruptSignal() }));
    });
}
