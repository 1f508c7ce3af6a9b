import type { Command } from 'commander';
import { z } from 'zod';
import { DEFAULT_MODEL, parseOptions } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend report map.parquet -o report.html
  $ groundtrend report demo-output/simulated-map.parquet --areas demo-output/landslides.geojson -o report.html --title "Rules Reservoir"
`;

const schema = z.object({
  output: z.string('say where to write, such as -o report.html'),
  areas: z.string().optional(),
  title: z.string().max(200).optional(),
  model: z.string().default(DEFAULT_MODEL),
  overwrite: z.boolean().default(false),
});

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .summary('write a classified map as one page to keep or print')
    .description(
      'Writes one self-contained HTML file about a classified map (GeoParquet): the map as a picture, shares and velocities of the classes, the areas asked for, and the points that stand out with their series (--keep-series). It opens without a network and prints well.',
    )
    .argument('<map>', 'a map written by classify: .parquet')
    .option('-o, --output <file>', 'where to write (.html)')
    .option('--areas <file>', 'outlines to count by (GeoJSON polygons)')
    .option('--title <text>', 'heading of the report (default: the name of the map)')
    .option('--model <file>', 'the model that made the map, whose card is told (default: the default model)')
    .option('--overwrite', 'replace an output that exists')
    .addHelpText('after', EXAMPLES)
    .action(async (map: string, values: unknown) => {
      const options = parseOptions(schema, values);
      const { runReport } = await import('../run-report.js');
      process.stdout.write(await runReport(map, options));
    });
}
