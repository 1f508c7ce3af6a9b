import type { Command } from 'commander';
import { z } from 'zod';
import { interruptSignal } from '../interrupt.js';
import { addLabelOptions, labelOptions, requireLabels } from '../label-options.js';
import { parseOptions, threadCount } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend tune points.csv --labels labels.csv -o search --trials 27 --epochs 36
  $ groundtrend tune points.csv --labels labels.csv -o search --trials 27 --epochs 36 --resume
`;

const schema = z.object({
  output: z.string({ error: 'say in which folder to write, such as -o search' }),
  ...labelOptions,
  trials: z.coerce.number().int().min(2).max(10_000).default(27),
  epochs: z.coerce.number().int().min(1).max(1000).default(36),
  threads: threadCount,
  seed: z.string().default('1'),
  resume: z.boolean().default(false),
  overwrite: z.boolean().default(false),
  json: z.boolean().default(false),
});

export function addTuneCommand(program: Command): void {
  const command = program
    .command('tune')
    .summary('search for a network that suits labelled series')
    .description(
      "Tries networks of the paper's family (kernels, kernel sizes, pooling, depth, dropout, dense width, activation, learning rate, batch) on labelled series of one date axis: many for a few epochs, the best third for three times as many, and so on. Writes a leaderboard, a plot of accuracy against cost, and the best model.",
    )
    .argument('<samples...>', 'files of series that are labelled')
    .requiredOption('-o, --output <folder>', 'where to write the results');
  addLabelOptions(command)
    .option('--trials <count>', 'networks to try (default: 27)')
    .option('--epochs <count>', 'epochs of the last round (default: 36)')
    .option('--threads <count>', 'trainings at once (default: one a core)')
    .option('--seed <text>', 'the same seed tries the same networks (default: 1)')
    .option('--resume', 'go on with an interrupted search')
    .option('--overwrite', 'start anew where there is a search already')
    .option('--json', 'print the leaderboard as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (samples: string[], values: unknown) => {
      const { units, ...options } = parseOptions(schema, values);
      requireLabels(options);
      const { runTuning } = await import('../run-tuning.js');
      process.stdout.write(
        await runTuning({ ...options, samples, fileUnits: units, signal: interruptSignal() }),
      );
    });
}
