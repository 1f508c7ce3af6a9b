import type { Command } from 'commander';
import { z } from 'zod';
import { showText } from '../../shown-text.js';
import { addInputOptions, inputOptions } from '../input-options.js';
import { interruptSignal } from '../interrupt.js';
import { countOf } from '../numbers.js';
import { parseOptions, units } from '../options.js';
import { createProgress } from '../progress.js';

const EXAMPLES = `
Examples:
  $ groundtrend convert Sentinel_Asc.shp points.parquet --units cm
  $ groundtrend convert ps_plot_ts_v-do.mat points.fgb
  $ groundtrend convert mintpy/geo/geo_timeseries_demErr.h5 points.gpkg
  $ groundtrend convert EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip points.shp --no-series
`;

const schema = z.object({
  units,
  epsg: z.coerce.number().int().positive().optional(),
  ...inputOptions,
  series: z.boolean().default(true),
  strict: z.boolean().default(false),
  overwrite: z.boolean().default(false),
});

export function addConvertCommand(program: Command): void {
  const command = program
    .command('convert')
    .summary('write the points and series of any file that can be read in another format')
    .description(
      'Reads a file, folder or archive of displacement series and writes its points, attributes and series in the format that the ending of the output names. Displacements become millimetres, coordinates WGS84 degrees.',
    )
    .argument('<input>', 'file, folder or http address to read')
    .argument('<output...>', 'where to write; several outputs are written in one pass')
    .option('--units <unit>', 'unit of the displacements: mm, cm or m (default: as the file says, else mm)')
    .option('--epsg <code>', 'reference system of the coordinates, where they are not degrees');
  addInputOptions(command)
    .option('--no-series', 'leave the displacements out')
    .option('--strict', 'stop at the first bad row instead of counting it')
    .option('--overwrite', 'replace outputs that exist')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string, outputs: string[], values: unknown) => {
      const { dates, columns, downloads, ...options } = parseOptions(schema, values);
      const { prepareInputs } = await import('../prepare-inputs.js');
      const signal = interruptSignal();
      const inputs = await prepareInputs([input], { dates, columns, downloads }, signal);
      const { runConversion } = await import('../run-conversion.js');
      const progress = createProgress('convert', 'points');
      const { points, notes } = await runConversion(inputs.files[0], outputs, {
        ...options,
        ...inputs,
        signal,
        onPoints: (done) => progress.update({ fraction: undefined, done }),
      }).finally(() => progress.finish());
      for (const note of notes) process.stderr.write(`note: ${note}\n`);
      for (const output of outputs)
        process.stdout.write(`written: ${showText(output)}, ${countOf(points, 'point')}\n`);
    });
}
