import type { Command } from 'commander';
import { z } from 'zod';
import { parseOptions } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend simulate --scene rules-reservoir -o reservoir.csv --truth reservoir-truth.csv
  $ groundtrend simulate --scene samples --per-class 1000 -o samples.csv --truth samples-truth.csv
  $ groundtrend simulate --scene egms-like --points 200000 --dates 300 -o big.csv
`;

const schema = z.object({
  scene: z.enum(['rules-reservoir', 'samples', 'egms-like'], {
    error: 'choose rules-reservoir, samples or egms-like',
  }),
  output: z.string({ error: 'say where to write, such as -o scene.csv' }),
  truth: z.string().optional(),
  seed: z.string().default('2022'),
  perClass: z.coerce.number().int().min(1).max(200_000).default(1000),
  kind: z.enum(['textbook', 'material']).default('textbook'),
  noise: z.enum(['white', 'correlated', 'walk', 'smooth']).default('correlated'),
  points: z.coerce.number().int().min(1).max(100_000_000).default(200_000),
  dates: z.coerce.number().int().min(2).max(1000).default(300),
  overwrite: z.boolean().default(false),
});

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .summary('write simulated series whose classes are known')
    .description(
      'Writes simulated displacement series as EGMS-style CSV. "rules-reservoir": 4,459 points with the class shares and landslides of the paper. "samples": a balanced labelled set on the paper\'s 139 dates. "egms-like": a file of any size for measuring speed.',
    )
    .requiredOption('--scene <name>', 'rules-reservoir, samples or egms-like')
    .requiredOption('-o, --output <file.csv>', 'where to write the series')
    .option('--truth <file.csv>', 'where to write what is true of every point (not for egms-like)')
    .option('--seed <text>', 'the same seed gives the same file (default: 2022)')
    .option('--per-class <count>', 'samples: series of each class (default: 1000)')
    .option('--kind <kind>', 'samples: textbook shapes, or material ones with Other (default: textbook)')
    .option('--noise <kind>', 'samples: white, correlated, walk or smooth (default: correlated)')
    .option('--points <count>', 'egms-like: how many points (default: 200000)')
    .option('--dates <count>', 'egms-like: how many dates (default: 300)')
    .option('--overwrite', 'replace files that exist')
    .addHelpText('after', EXAMPLES)
    .action(async (values: unknown) => {
      const options = parseOptions(schema, values);
      const { runSimulation } = await import('../run-simulation.js');
      process.stdout.write(await runSimulation(options));
    });
}
