import type { Command } from 'commander';
import { z } from 'zod';
import { RECIPE_NAMES } from '../../train/recipes.js';
import { interruptSignal } from '../interrupt.js';
import { fileUnits, parseOptions } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend train --simulate granada --recipe paper-a -o paper-a.onnx
  $ groundtrend train --simulate wide --series 120000 -o default.onnx
`;

const schema = z.object({
  output: z.string({ error: 'say where to write the model, such as -o model.onnx' }),
  simulate: z.enum(['granada', 'wide'], { error: 'choose granada or wide' }),
  recipe: z.enum(RECIPE_NAMES).default('features'),
  series: z.coerce.number().int().min(500).max(2_000_000).optional(),
  epochs: z.coerce.number().int().min(1).max(1000).optional(),
  seed: z.string().default('1'),
  sources: z.array(z.string()).default([]),
  readings: z.string().optional(),
  units: fileUnits,
  crossValidate: z.boolean().default(false),
  overwrite: z.boolean().default(false),
  json: z.boolean().default(false),
});

export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .summary('train a model')
    .description(
      'Trains a network and writes it as one ONNX file that carries all it needs. Samples are simulated: "granada" is the protocol of Mirmazloumi et al. 2022 (139 dates, 1,000 series a class, split 70/10/20), "wide" covers many calendars and kinds of noise and makes a model for any dates.',
    )
    .requiredOption('-o, --output <model.onnx>', 'where to write the model')
    .requiredOption('--simulate <kind>', 'granada or wide')
    .option('--recipe <name>', `network and training: ${RECIPE_NAMES.join(', ')} (default: features)`)
    .option('--series <count>', 'how many series to simulate (default: 5000 for granada, 120000 for wide)')
    .option('--epochs <count>', "passes through the samples (default: the recipe's)")
    .option('--seed <text>', 'the same seed gives the same model (default: 1)')
    .option('--sources <files...>', 'wide: real files whose dates and noise are drawn from')
    .option(
      '--readings <table.csv>',
      'wide: labelled real series (file, pid, label_1, ...) that refine the model',
    )
    .option('--units <file=unit...>', 'units of real files by the end of their names: Asc.shp=cm')
    .option('--cross-validate', 'wide: print how well the labels are met by models that did not see them')
    .option('--overwrite', 'replace a model that exists')
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (values: unknown) => {
      const options = parseOptions(schema, values);
      const signal = interruptSignal();
      if (options.simulate === 'wide') {
        const { runWideTraining } = await import('../run-wide-training.js');
        const { sources, units: fileUnits, ...rest } = options;
        process.stdout.write(await runWideTraining({ ...rest, sources, fileUnits, signal }));
      } else {
        const { runTraining } = await import('../run-training.js');
        process.stdout.write(await runTraining({ ...options, signal }));
      }
    });
}
