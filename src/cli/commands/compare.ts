import type { Command } from 'commander';
import { z } from 'zod';
import { showText } from '../../shown-text.js';
import { interruptSignal } from '../interrupt.js';
import { parseOptions } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend compare map-2023.parquet map-2024.parquet
  $ groundtrend compare map-2023.parquet map-2024.parquet --by place --within 20 -o changes.gpkg
`;

const schema = z.object({
  by: z.enum(['pid', 'place']).default('pid'),
  within: z.coerce.number().positive().max(10_000).default(50),
  output: z.array(z.string()).default([]),
  overwrite: z.boolean().default(false),
  json: z.boolean().default(false),
});

export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .summary('tell what changed between two maps of one area')
    .description(
      'Reads two classified maps (GeoParquet) of the same area, two yearly releases or two models, and tells which points changed class, and whose velocity changed by more than its errors allow.',
    )
    .argument('<old>', 'the older map')
    .argument('<new>', 'the newer map')
    .option('--by <what>', 'match by pid or by place, the nearest point (default: pid)')
    .option('--within <metres>', 'how far apart matched points may be (default: 50)')
    .option(
      '-o, --output <file...>',
      'where to write the map of changes: .parquet, .gpkg, .fgb, .csv, .geojson',
    )
    .option('--overwrite', 'replace outputs that exist')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (older: string, newer: string, values: unknown) => {
      const { output, json, within, ...options } = parseOptions(schema, values);
      const run = await import('../run-comparison.js');
      const comparison = await run.runComparison(older, newer, {
        ...options,
        outputs: output,
        farthestMetres: within,
        signal: interruptSignal(),
      });
      process.stdout.write(
        json
          ? `${JSON.stringify(run.toPlainComparison(comparison), null, 2)}\n`
          : run.formatComparison(comparison),
      );
      if (!json) for (const path of output) process.stdout.write(`written: ${showText(path)}\n`);
    });
}
