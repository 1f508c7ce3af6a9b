import type { Command } from 'commander';
import { z } from 'zod';
import { GroundTrendError } from '../../errors.js';
import { interruptSignal } from '../interrupt.js';
import { classPrior, DEFAULT_MODEL, materialMm, parseOptions, units, wavelengthMm } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend describe EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip --pid 166ax5D7fY
  $ groundtrend describe points.csv --pid 4711 --svg point-4711.svg --png point-4711.png
  $ groundtrend describe points.csv --pid 4711 --json
`;

const PLAIN_COLUMNS = 80;

/** The path of a figure; another ending would be opened by the wrong program. */
function figurePath(ending: string) {
  return z
    .string()
    .refine((path) => path.toLowerCase().endsWith(ending), { error: `name a file that ends in ${ending}` })
    .optional();
}

const schema = z.object({
  pid: z.string({ error: 'say which point, such as --pid 166ax5D7fY' }).min(1),
  model: z.string().default(DEFAULT_MODEL),
  svg: figurePath('.svg'),
  png: figurePath('.png'),
  units,
  epsg: z.coerce.number().int().positive().optional(),
  material: materialMm,
  wavelength: wavelengthMm,
  prior: classPrior,
  overwrite: z.boolean().default(false),
  json: z.boolean().default(false),
});

export function addDescribeCommand(program: Command): void {
  program
    .command('describe')
    .summary('show one point: its series, its class and why, and its numbers')
    .description(
      'Finds one point and shows its series with the fitted motion, its class and the evidence for it, velocities, break, season and noise with their errors, and what becomes of its jumps. Class and numbers are those that classify --repair writes for it.',
    )
    .argument('<files...>', 'files or folders')
    .requiredOption('--pid <name>', 'identifier of the point')
    .option('--svg <file.svg>', 'write a figure for a report too')
    .option('--png <file.png>', 'the same figure as a picture of 1520 pixels')
    .option(
      '--model <file>',
      'a model file, lite for a cheaper model, or test-tree for statistical tests (default: the model that comes with groundtrend)',
    )
    .option('--units <unit>', 'unit of the displacements: mm, cm or m (default: mm)')
    .option('--epsg <code>', 'reference system of the coordinates, where they are not degrees')
    .option('--material <mm>', 'how much motion is material: the sensitivity of the classes (default: 5)')
    .option('--wavelength <mm>', 'radar wavelength (default: 55.47, Sentinel-1)')
    .option('--prior <name>', 'class shares of the map: balanced, paper, or a file of shares')
    .option('--overwrite', 'replace a figure that exists')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], values: unknown) => {
      const { material, wavelength, prior, ...options } = parseOptions(schema, values);
      const { stdout, env } = process;
      const { readPrior } = await import('../read-prior.js');
      const { knownShares } = await import('../../classify/classify-files.node.js');
      const { runDescribe } = await import('../run-describe.js');
      const named = await readPrior(prior);
      if (named === 'estimate') {
        throw new GroundTrendError('usage', '--prior estimate needs a whole map; one point has no shares.', {
          advice: 'Give the shares in a file, a line a class: Stable,0.73',
        });
      }
      stdout.write(
        await runDescribe(files, {
          ...options,
          shares: knownShares(named),
          materialMm: material,
          wavelengthMm: wavelength,
          signal: interruptSignal(),
          widthInCharacters: stdout.columns ?? PLAIN_COLUMNS,
          // https://no-color.org: whatever is in it, as long as it is not empty.
          isFancy: stdout.isTTY === true && !env.NO_COLOR,
        }),
      );
    });
}
