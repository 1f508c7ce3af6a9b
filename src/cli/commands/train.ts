import type { Command } from 'commander';
import { z } from 'zod';
import { GroundTrendError } from '../../errors.js';
import { AUGMENTATIONS, type Augmentation } from '../../train/augment.js';
import { RECIPE_NAMES } from '../../train/recipes.js';
import { interruptSignal } from '../interrupt.js';
import { addLabelOptions, labelOptions, requireLabels } from '../label-options.js';
import { parseOptions } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend train points.csv --labels labels.csv --recipe features -o own.onnx
  $ groundtrend train points.csv --labels labels.csv --from default.onnx --split blocks -o tuned.onnx
  $ groundtrend train --simulate-like EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip -o stack.onnx
  $ groundtrend train --simulate granada --recipe paper-a -o paper-a.onnx
  $ groundtrend train --simulate wide --series 120000 -o default.onnx
`;

const schema = z.object({
  output: z.string({ error: 'say where to write the model, such as -o model.onnx' }),
  simulate: z.enum(['granada', 'wide'], { error: 'choose granada or wide' }).optional(),
  simulateLike: z.string().optional(),
  ...labelOptions,
  recipe: z.enum(RECIPE_NAMES).default('features'),
  from: z.string().optional(),
  split: z.enum(['random', 'blocks']).default('random'),
  blockSize: z.coerce.number().positive().default(300),
  augment: z
    .string()
    .default('none')
    .transform((text, context) => {
      const kinds = text === 'none' ? [] : text.split(',').map((kind) => kind.trim());
      const odd = kinds.find((kind) => !AUGMENTATIONS.includes(kind as Augmentation));
      if (odd !== undefined) {
        context.addIssue({
          code: 'custom',
          message: `"${odd}" is none of ${AUGMENTATIONS.join(', ')} and not none`,
        });
      }
      return kinds as Augmentation[];
    }),
  copies: z.coerce.number().int().min(1).max(100).default(4),
  classWeights: z.enum(['even', 'balanced']).default('even'),
  series: z.coerce.number().int().min(500).max(2_000_000).optional(),
  epochs: z.coerce.number().int().min(1).max(1000).optional(),
  batch: z.coerce.number().int().min(1).max(4096).optional(),
  learningRate: z.coerce.number().positive().max(1).optional(),
  schedule: z.enum(['constant', 'cosine']).optional(),
  labelSmoothing: z.coerce.number().min(0).max(0.9).optional(),
  patience: z.coerce.number().int().min(1).optional(),
  seed: z.string().default('1'),
  sources: z.array(z.string()).default([]),
  readings: z.array(z.string()).default([]),
  readingsFolder: z.string().optional(),
  members: z.coerce.number().int().min(1).max(16).default(1),
  crossValidate: z.boolean().default(false),
  resume: z.boolean().default(false),
  overwrite: z.boolean().default(false),
  json: z.boolean().default(false),
});

type TrainOptions = z.output<typeof schema>;

export function addTrainCommand(program: Command): void {
  const command = program
    .command('train')
    .summary('train a model')
    .description(
      'Trains a network on labelled series (70 % to learn from, 10 % to choose and calibrate by, 20 % to test on) and writes it as one ONNX file that carries all it needs. Without labels, series are simulated: "--simulate-like" a file for a model of its dates, noise and season; "--simulate granada" for the protocol of Mirmazloumi et al. 2022 (139 dates, 1,000 series a class); "--simulate wide" for many calendars and kinds of noise.',
    )
    .argument('[samples...]', 'files of series that are labelled')
    .requiredOption('-o, --output <model.onnx>', 'where to write the model');
  addLabelOptions(command)
    .option('--simulate <kind>', 'granada or wide')
    .option('--simulate-like <file>', 'a file whose dates, noise and season the simulator is to have')
    .option('--recipe <name>', `network and training: ${RECIPE_NAMES.join(', ')} (default: features)`)
    .option('--from <model.onnx>', 'go on from a trained model, with smaller steps')
    .option('--split <kind>', 'random, or blocks: keep neighbours together (default: random)')
    .option('--block-size <metres>', 'side of the blocks (default: 300)')
    .option('--augment <kinds>', `none, or some of ${AUGMENTATIONS.join(',')} (default: none)`)
    .option('--copies <count>', 'changed copies of every series, for networks fed with features (default: 4)')
    .option('--class-weights <kind>', 'even, or balanced: rare classes count as much as common ones')
    .option(
      '--series <count>',
      'how many series to simulate (default: 5000 for granada, 120000 for wide, 30000 like a file)',
    )
    .option('--epochs <count>', "passes through the samples (default: the recipe's)")
    .option('--batch <count>', "series a step (default: the recipe's)")
    .option('--learning-rate <rate>', "size of the steps (default: the recipe's)")
    .option('--schedule <kind>', "constant or cosine (default: the recipe's)")
    .option('--label-smoothing <share>', "certainty taken from the labels, 0 to 0.9 (default: the recipe's)")
    .option('--patience <epochs>', 'stop after so many epochs without improvement')
    .option('--seed <text>', 'the same seed gives the same model (default: 1)')
    .option('--sources <files...>', 'wide: real files whose dates and noise are drawn from')
    .option(
      '--readings <tables...>',
      'wide: label files of real series that refine the model, with a column file',
    )
    .option(
      '--readings-folder <folder>',
      'wide: where those files lie (default: beside the first label file)',
    )
    .option('--members <count>', 'wide: networks of which the model is the mean (default: 1)')
    .option('--cross-validate', 'wide: print how well the labels are met by models that did not see them')
    .option('--resume', 'go on with an interrupted training')
    .option('--overwrite', 'replace a model that exists')
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (samples: string[], values: unknown) => {
      const options = parseOptions(schema, values);
      checkKind(samples, options);
      process.stdout.write(await run(samples, options));
    });
}

function checkKind(samples: readonly string[], options: TrainOptions): void {
  const kinds = [samples.length > 0, options.simulate !== undefined, options.simulateLike !== undefined];
  if (kinds.filter(Boolean).length !== 1) {
    throw new GroundTrendError(
      'usage',
      'Say what to train on: files of labelled series, --simulate <kind>, or --simulate-like <file>.',
    );
  }
  if (samples.length > 0) requireLabels(options);
}

async function run(samples: readonly string[], options: TrainOptions): Promise<string> {
  const signal = interruptSignal();
  const { units, epochs, batch, learningRate, schedule, labelSmoothing, patience, ...rest } = options;
  if (options.simulate === 'wide') {
    const { runWideTraining } = await import('../run-wide-training.js');
    const command = process.argv.slice(2);
    return runWideTraining({ ...rest, epochs, fileUnits: units, command, signal });
  }
  const given = { epochs, batchSize: batch, learningRate, schedule, labelSmoothing, patience };
  const training = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (options.simulateLike !== undefined) {
    const { runMatchedTraining } = await import('../run-matched-training.js');
    return runMatchedTraining({ ...rest, like: options.simulateLike, training, fileUnits: units, signal });
  }
  const { runTraining } = await import('../run-training.js');
  return runTraining({ ...rest, samples, training, fileUnits: units, signal });
}
