import type { Command } from 'commander';
import { z } from 'zod';
import { interruptSignal } from '../interrupt.js';
import { parseOptions, units } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend inspect EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip
  $ groundtrend inspect points.csv --units cm --json
`;

const schema = z.object({
  units,
  epsg: z.coerce.number().int().positive().optional(),
  json: z.boolean().default(false),
});

export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .summary('say what a file holds and what it can show')
    .description(
      'Reads displacement files and tells what they are: points, dates, gaps, noise, coherence, and the smallest velocity, acceleration and change of velocity that these dates and this noise can show.',
    )
    .argument('<files...>', 'files or folders')
    .option('--units <unit>', 'unit of the displacements: mm, cm or m (default: as the file says, else mm)')
    .option('--epsg <code>', 'reference system of the coordinates, where they are not degrees')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], values: unknown) => {
      const { json, ...options } = parseOptions(schema, values);
      const { runInspection } = await import('../run-inspection.js');
      process.stdout.write(await runInspection(files, { ...options, json, signal: interruptSignal() }));
    });
}
