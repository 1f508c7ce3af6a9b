import type { Command } from 'commander';
import { z } from 'zod';
import { materialMm, parseOptions, wavelengthMm } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend export-model default --axis points.csv -o bound.onnx
`;

const schema = z.object({
  axis: z.string({ error: 'say whose dates, such as --axis points.csv' }),
  output: z.string({ error: 'say where to write, such as -o bound.onnx' }),
  material: materialMm,
  wavelength: wavelengthMm,
  overwrite: z.boolean().default(false),
});

export function addExportModelCommand(program: Command): void {
  program
    .command('export-model')
    .summary('write a model for use in Python, C++ or R')
    .description(
      'Binds a model to the dates of a file and writes one self-contained ONNX file, from millimetres (NaN = missing) to class probabilities: ONNX Runtime alone runs it.',
    )
    .argument('<model>', 'a model file, "default" or "lite"')
    .requiredOption('--axis <file>', 'a file of series on the dates wanted')
    .requiredOption('-o, --output <bound.onnx>', 'where to write')
    .option('--material <mm>', 'how much motion is material (default: 5)')
    .option('--wavelength <mm>', 'radar wavelength (default: 55.47, Sentinel-1)')
    .option('--overwrite', 'replace a file that exists')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, values: unknown) => {
      const { material, wavelength, ...options } = parseOptions(schema, values);
      const { runExport } = await import('../run-export.js');
      const request = { ...options, materialMm: material, wavelengthMm: wavelength };
      process.stdout.write(await runExport(model, request));
    });
}
