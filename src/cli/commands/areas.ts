import type { Command } from 'commander';
import { z } from 'zod';
import { MOVING_TRENDS } from '../../areas/active/active-points.js';
import { TREND_CLASSES } from '../../series/trend-class.js';
import { interruptSignal } from '../interrupt.js';
import { outputFiles, parseOptions } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend areas map.parquet -o areas.gpkg
  $ groundtrend areas map.parquet -o areas.geojson --classes Bilinear,Quadratic --min-confidence 0.7
  $ groundtrend areas l3.parquet -o areas.gpkg --radius 75 --min-points 3
`;

const trendNames = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim().toLowerCase()))
  .transform((names) => names.map((name) => TREND_CLASSES.findIndex((trend) => trend.toLowerCase() === name)))
  .refine((codes) => codes.every((code) => code >= 0), `choose among ${TREND_CLASSES.join(', ')}`);

const schema = z.object({
  output: outputFiles('areas.gpkg'),
  classes: trendNames.default([...MOVING_TRENDS]),
  velocity: z.coerce.number().positive().optional(),
  minConfidence: z.coerce.number().min(0).max(1).default(0),
  radius: z.coerce.number().min(1).max(5000).default(40),
  minPoints: z.coerce.number().int().min(1).default(5),
  keepSeries: z.boolean().default(false),
  overwrite: z.boolean().default(false),
  json: z.boolean().default(false),
});

export function addAreasCommand(program: Command): void {
  program
    .command('areas')
    .summary('gather moving points into active deformation areas')
    .description(
      'Reads a classified map (GeoParquet), connects the points that move, and writes an outline of every place where enough of them do, with trend, velocities, break dates, tendency and a quality that says why. The quality needs a map with series (classify --keep-series).',
    )
    .argument('<map>', 'a map from: groundtrend classify ... -o map.parquet')
    .option(
      '-o, --output <file...>',
      'where to write: .gpkg, .parquet, .fgb, .geojson or .csv; may be given several times',
    )
    .option('--classes <names>', 'trends that count as motion (default: Linear,Quadratic,Bilinear)')
    .option(
      '--velocity <mm/yr>',
      'faster points count too (default: two deviations of the map, at least 2 mm/yr)',
    )
    .option('--min-confidence <value>', 'least certain class that counts (0 to 1; default: 0)')
    .option('--radius <metres>', 'radius of a point: connected up to twice that (default: 40)')
    .option('--min-points <count>', 'least points of an area (default: 5)')
    .option('--keep-series', 'write the mean series too, one column a date')
    .option('--overwrite', 'replace outputs that exist')
    .option('--json', 'print the summary as JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (map: string, values: unknown) => {
      const options = parseOptions(schema, values);
      const { runAreas, formatAreas } = await import('../run-areas.js');
      const summary = await runAreas(map, {
        outputs: options.output,
        rule: {
          trends: options.classes,
          velocityMmPerYear: options.velocity,
          leastConfidence: options.minConfidence,
        },
        radiusMetres: options.radius,
        leastPoints: options.minPoints,
        keepSeries: options.keepSeries,
        overwrite: options.overwrite,
        signal: interruptSignal(),
      });
      process.stdout.write(options.json ? `${JSON.stringify(summary, null, 2)}\n` : formatAreas(summary));
    });
}
