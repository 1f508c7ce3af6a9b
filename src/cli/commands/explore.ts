import type { Command } from 'commander';
import { z } from 'zod';
import { interruptSignal } from '../interrupt.js';
import { parseOptions } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend explore map.parquet
  $ groundtrend explore map.parquet EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip
  $ groundtrend explore demo-output/simulated-map.parquet --areas demo-output/landslides.geojson
  $ groundtrend explore map.parquet --basemap https://tile.openstreetmap.org/{z}/{x}/{y}.png

The page is for this machine only: its address holds a random token. Labels are
kept beside the map, in a file that only grows; the page can train a model on
them and show its map beside the opened one. Nothing is fetched from elsewhere
but a base map, where one is named.
`;

const schema = z.object({
  areas: z.string().optional(),
  labels: z.string().optional(),
  basemap: z.url({ protocol: /^https?$/, error: 'give an address that begins with https://' }).optional(),
  host: z.string().default('127.0.0.1'),
  tilesAbove: z.coerce.number().int().min(0).default(5_000_000),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
});

export function addExploreCommand(program: Command): void {
  program
    .command('explore')
    .summary('look at a classified map in the browser, and label series')
    .description(
      'Serves a page on this machine in which the points of a classified map (GeoParquet) can be panned, filtered, clicked and labelled. Series are shown where the map holds them (--keep-series) or the classified file is named.',
    )
    .argument('<map>', 'a map written by classify: .parquet')
    .argument('[series]', 'the file or folder that was classified, for maps without series')
    .option('--areas <file>', 'outlines to begin with (GeoJSON polygons)')
    .option('--labels <file>', 'where labels are kept (default: the map with .labels.csv)')
    .option('--basemap <address>', 'a style (.json) or raster tiles ({z}/{x}/{y}) instead of the coast line')
    .option(
      '--tiles-above <points>',
      'draw maps of more points from tiles, made once and kept beside the map (default: 5000000)',
    )
    .option('--host <name>', 'address to listen on (default: 127.0.0.1, this machine alone)')
    .option('--port <number>', 'port to listen on (default: any that is free)')
    .addHelpText('after', EXAMPLES)
    .action(async (map: string, series: string | undefined, values: unknown) => {
      const options = parseOptions(schema, values);
      const { runExplorer } = await import('../run-explorer.js');
      await runExplorer(map, { ...options, series, signal: interruptSignal() });
    });
}
