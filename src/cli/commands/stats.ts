import type { Command } from 'commander';
import { z } from 'zod';
import { GroundTrendError } from '../../errors.js';
import { interruptSignal } from '../interrupt.js';
import { parseOptions } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend stats map.parquet --by municipalities.geojson
  $ groundtrend stats map.parquet --by roads.geojson --buffer 25 -o roads-moving.gpkg --chart roads.html
  $ groundtrend stats map.parquet --by dams.geojson -o dams-moving.geojson --keep-series
`;

const schema = z.object({
  by: z.string({ error: 'name the GeoJSON file of the places' }),
  buffer: z.coerce.number().positive().max(100_000).optional(),
  name: z.string().optional(),
  output: z.array(z.string()).default([]),
  chart: z.string().optional(),
  keepSeries: z.boolean().default(false),
  overwrite: z.boolean().default(false),
  json: z.boolean().default(false),
});

export function addStatsCommand(program: Command): void {
  program
    .command('stats')
    .summary('sum up a classified map by polygon, road or municipality')
    .description(
      'Reads a classified map (GeoParquet) and tells, for every polygon or line of a GeoJSON file, which trends its points have, how fast they move, and their mean series.',
    )
    .argument('<map>', 'a map from: groundtrend classify ... -o map.parquet')
    .requiredOption('--by <file>', 'GeoJSON of polygons or lines, WGS84 degrees')
    .option('--buffer <metres>', 'how far from a line a point counts')
    .option('--name <property>', 'property that names the places (default: name, title or id)')
    .option(
      '-o, --output <file...>',
      'where to write: .gpkg, .parquet, .fgb, .geojson or .csv; may be given several times',
    )
    .option('--chart <file>', 'where to write a page with bars and mean series: .html')
    .option('--keep-series', 'write the mean series too, one column a date')
    .option('--overwrite', 'replace outputs that exist')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (map: string, values: unknown) => {
      const options = parseOptions(schema, values);
      if (options.chart !== undefined && !/\.html?$/i.test(options.chart)) {
        throw new GroundTrendError('usage', '--chart: the name of the page must end in .html');
      }
      const run = await import('../run-region-statistics.js');
      const statistics = await run.runRegionStatistics(map, {
        by: options.by,
        nameProperty: options.name,
        bufferMetres: options.buffer,
        outputs: options.output,
        chart: options.chart,
        keepSeries: options.keepSeries,
        overwrite: options.overwrite,
        signal: interruptSignal(),
      });
      process.stdout.write(
        options.json
          ? `${JSON.stringify(run.toPlainStatistics(statistics), null, 2)}\n`
          : run.formatRegionStatistics(
              statistics,
              [...options.output, options.chart].filter((path) => path !== undefined),
            ),
      );
    });
}
