import type { Command } from 'commander';
import { z } from 'zod';
import { GroundTrendError } from '../../errors.js';
import { SIMULATED_KINDS } from '../evaluation-samples.js';
import { interruptSignal } from '../interrupt.js';
import { fileUnits, materialMm, parseOptions, wavelengthMm } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend evaluate own.onnx points.csv --labels labels.csv --report evaluation.html
  $ groundtrend evaluate default --simulate correlated --compare test-tree
  $ groundtrend evaluate default --simulate-like EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip --compare lite
  $ groundtrend evaluate default a.zip b.shp --labels by-eye.csv --label-column label_1 --units b.shp=cm --read-by "two colleagues"
`;

const schema = z.object({
  compare: z.string().optional(),
  labels: z.string().optional(),
  labelColumn: z.string().optional(),
  secondColumn: z.string().optional(),
  readBy: z.string().optional(),
  simulate: z.enum(SIMULATED_KINDS, { error: `choose one of ${SIMULATED_KINDS.join(', ')}` }).optional(),
  simulateLike: z.string().optional(),
  perClass: z.coerce.number().int().min(10).max(20_000).default(400),
  seed: z.string().default('evaluation'),
  sieve: z.boolean().default(true),
  units: fileUnits,
  material: materialMm,
  wavelength: wavelengthMm,
  report: z.string().optional(),
  overwrite: z.boolean().default(false),
  json: z.boolean().default(false),
});

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .summary('say how right a model is')
    .description(
      'Compares what a model says with labelled series, or with simulated ones whose class is known: confusion matrix, precision, recall and F1 with 95 % intervals, calibration, false alarms at the shares of a real map, accuracy by difficulty, a paired test of two models; with two readings of the same series also agreement and kappa.',
    )
    .argument('<model>', 'a model file, "default", "lite", or "test-tree" for statistical tests')
    .argument('[samples...]', 'files of labelled series')
    .option('--labels <file>', 'label file: pid,label, perhaps file and annotator')
    .option('--label-column <name>', 'column of the labels (default: label)')
    .option('--second-column <name>', 'column of a second reading (default: label_2 beside label_1)')
    .option('--read-by <whom>', 'who read the labels, for the report')
    .option('--simulate <kind>', `simulated series instead: ${SIMULATED_KINDS.join(', ')}`)
    .option(
      '--simulate-like <file>',
      'simulated series instead: on the dates of a file, residuals of its own series as noise',
    )
    .option('--per-class <count>', 'simulated series of each class (default: 400)')
    .option('--seed <text>', 'seed of the simulated series')
    .option('--compare <model>', 'a second model, for a paired test on the same series')
    .option('--no-sieve', 'ask the network about every series, also where its cheap sieve is sure')
    .option('--units <file=unit...>', 'units of files by the end of their names: Asc.shp=cm')
    .option('--material <mm>', 'how much motion is material (default: 5)')
    .option('--wavelength <mm>', 'radar wavelength (default: 55.47, Sentinel-1)')
    .option('--report <file.html>', 'write a page with the figures too')
    .option('--overwrite', 'replace a report that exists')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, samples: string[], values: unknown) => {
      const { units, material, wavelength, compare, ...options } = parseOptions(schema, values);
      const { simulate, simulateLike } = options;
      const kinds = [samples.length > 0, simulate !== undefined, simulateLike !== undefined];
      if (kinds.filter(Boolean).length !== 1) {
        throw new GroundTrendError(
          'usage',
          'Give files of labelled series, --simulate <kind>, or --simulate-like <file>; one of them.',
        );
      }
      const { runEvaluation } = await import('../run-evaluation.js');
      process.stdout.write(
        await runEvaluation({
          ...options,
          model,
          compare,
          samples,
          fileUnits: units,
          materialMm: material,
          wavelengthMm: wavelength,
          signal: interruptSignal(),
        }),
      );
    });
}
