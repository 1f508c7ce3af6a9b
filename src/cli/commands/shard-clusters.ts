import type { Command } from 'commander';
import { z } from 'zod';
import { outputFiles, parseOptions } from '../options.js';

const outputs = outputFiles('map.parquet');
const count = z.coerce.number().int().min(1).max(100_000);
const retries = z.coerce.number().int().min(0).max(100);

const slurmSchema = z.object({
  output: outputs,
  overwrite: z.boolean().default(false),
  throttle: count.default(64),
  cpus: count.default(1),
  memory: z.string().default('2G'),
  time: z.string().optional(),
  partition: z.string().optional(),
  account: z.string().optional(),
  retries: retries.default(3),
  dryRun: z.boolean().default(false),
});

const kubernetesSchema = z.object({
  output: outputs,
  image: z.string().default('groundtrend:latest'),
  claim: z.string(),
  folder: z.string(),
  name: z.string().default('groundtrend'),
  parallelism: count.default(64),
  cpus: z.coerce.number().min(0.1).max(256).default(1),
  memory: z.string().default('2Gi'),
  retries: retries.default(3),
});

export function addSlurmCommand(shard: Command): void {
  shard
    .command('slurm')
    .summary('submit the missing shards, and the merge after them, to Slurm')
    .description(
      'Writes an array job with a throttle and a merge that waits for it, and submits both with sbatch. Run it again after a failure: only shards without a part are submitted.',
    )
    .argument('<job>', "the job's folder, on a file system that all nodes see")
    .requiredOption('-o, --output <file...>', 'outputs of the merge')
    .option('--overwrite', 'let the merge replace outputs that exist')
    .option('--throttle <count>', 'tasks at the same time (default: 64)')
    .option('--cpus <count>', 'cores and threads a task (default: 1)')
    .option('--memory <size>', 'memory a task, as Slurm takes it (default: 2G)')
    .option('--time <limit>', 'time limit of a task, as Slurm takes it')
    .option('--partition <name>', 'partition to submit to')
    .option('--account <name>', 'account to charge')
    .option('--retries <count>', 'how often a killed task is run again (default: 3)')
    .option('--dry-run', 'write the scripts and print the commands only')
    .addHelpText(
      'after',
      '\nExamples:\n  $ groundtrend shard slurm job/ -o country.parquet --throttle 32 --time 02:00:00\n  $ groundtrend shard slurm job/ -o country.parquet --dry-run\n',
    )
    .action(async (folder: string, values: unknown) => {
      const options = parseOptions(slurmSchema, values);
      const { runSlurm } = await import('../run-shard-clusters.js');
      process.stdout.write(await runSlurm(folder, options));
    });
}

export function addKubernetesCommand(shard: Command): void {
  shard
    .command('kubernetes')
    .summary('write an Indexed Job for Kubernetes')
    .description(
      'Writes two Jobs into the folder, for the shards and for the merge, and prints the kubectl commands. Inputs, job and outputs lie on one volume that all nodes can write.',
    )
    .argument('<job>', "the job's folder")
    .requiredOption('-o, --output <file...>', "outputs of the merge, relative to the volume's root")
    .requiredOption('--claim <name>', 'PersistentVolumeClaim of the shared volume')
    .requiredOption('--folder <path>', "the job's folder, relative to the volume's root")
    .option('--image <name>', 'container image (default: groundtrend:latest)')
    .option('--name <name>', 'name of the Job (default: groundtrend)')
    .option('--parallelism <count>', 'pods at the same time (default: 64)')
    .option('--cpus <count>', 'cores a pod (default: 1)')
    .option('--memory <size>', 'memory a pod, as Kubernetes takes it (default: 2Gi)')
    .option('--retries <count>', 'how often a shard is tried again (default: 3)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ groundtrend shard kubernetes job/ --claim shared --folder egms/job -o egms/country.parquet\n',
    )
    .action(async (folder: string, values: unknown) => {
      const options = parseOptions(kubernetesSchema, values);
      const { runKubernetes } = await import('../run-shard-clusters.js');
      process.stdout.write(await runKubernetes(folder, options));
    });
}
