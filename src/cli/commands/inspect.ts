import type { Command } from 'commander';
import { z } from 'zod';
import { addInputOptions, inputOptions } from '../input-options.js';
import { interruptSignal } from '../interrupt.js';
import { parseOptions, units } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend inspect EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip
  $ groundtrend inspect points.csv --units cm --json
  $ groundtrend inspect disp_tab.txt --dates SLC_tab --columns pid,line,pixel,latitude,longitude,height --units m
`;

const schema = z.object({
  units,
  epsg: z.coerce.number().int().positive().optional(),
  ...inputOptions,
  json: z.boolean().default(false),
});

export function addInspectCommand(program: Command): void {
  const command = program
    .command('inspect')
    .summary('say what a file holds and what it can show')
    .description(
      'Reads displacement files and tells what they are: points, dates, gaps, noise, coherence, and the smallest velocity, acceleration and change of velocity that these dates and this noise can show.',
    )
    .argument('<files...>', 'files, folders or http addresses')
    .option('--units <unit>', 'unit of the displacements: mm, cm or m (default: as the file says, else mm)')
    .option('--epsg <code>', 'reference system of the coordinates, where they are not degrees');
  addInputOptions(command)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], values: unknown) => {
      const { json, dates, columns, downloads, ...options } = parseOptions(schema, values);
      const { prepareInputs } = await import('../prepare-inputs.js');
      const { runInspection } = await import('../run-inspection.js');
      const signal = interruptSignal();
      const inputs = await prepareInputs(files, { dates, columns, downloads }, signal);
      process.stdout.write(await runInspection(inputs.files, { ...options, ...inputs, json, signal }));
    });
}
