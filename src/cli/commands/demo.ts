import type { Command } from 'commander';
import { z } from 'zod';
import { parseOptions } from '../options.js';

const EXAMPLES = `
Examples:
  $ groundtrend demo
  $ groundtrend demo --output reservoir
`;

const schema = z.object({ output: z.string().default('demo-output'), seed: z.string().default('2022') });

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .summary('simulate the Rules Reservoir scene, classify it and show the map')
    .description(
      'Simulates the scene of Mirmazloumi et al. 2022, classifies it and writes the map as GeoParquet, GeoPackage, CSV and a page that opens in any browser. Nothing of it is measured data.',
    )
    .option('--output <folder>', 'where to write (default: demo-output)')
    .option('--seed <text>', 'the same seed gives the same scene (default: 2022)')
    .addHelpText('after', EXAMPLES)
    .action(async (values: unknown) => {
      const { runDemo } = await import('../run-demo.js');
      process.stdout.write(await runDemo(parseOptions(schema, values)));
    });
}
