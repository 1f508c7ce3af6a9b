import type { Command } from 'commander';
import { z } from 'zod';
import { interruptSignal } from '../interrupt.js';
import { parseOptions } from '../options.js';
import { createProgress } from '../progress.js';

const EXAMPLES = `
Examples:
  $ groundtrend fetch list.txt
  $ groundtrend fetch list.txt --output downloads --parallel 2
  $ groundtrend classify downloads -o map.parquet
`;

const schema = z.object({
  output: z.string().default('downloads'),
  parallel: z.coerce.number().int().min(1).max(16).default(4),
  silence: z.coerce.number().min(0.1).max(3600).default(60),
  delay: z.coerce.number().min(0.01).max(600).default(2),
  json: z.boolean().default(false),
});

export function addFetchCommand(program: Command): void {
  program
    .command('fetch')
    .summary('download the files of an EGMS address list')
    .description(
      'Downloads every address of a list (one a line, as the EGMS Explorer hands it out), several at a time. Goes on where it stopped, waits when the server asks, checks every ZIP archive, and shows no token.',
    )
    .argument('<list>', 'text file with one address a line')
    .option('-o, --output <folder>', 'where to put the files (default: downloads)')
    .option('--parallel <count>', 'files at a time (default: 4)')
    .option('--silence <seconds>', 'give up a connection that brings nothing for so long (default: 60)')
    .option('--delay <seconds>', 'first wait after a failure, doubled with each one more (default: 2)')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (list: string, values: unknown) => {
      const options = parseOptions(schema, values);
      const { runFetch, formatDownloads, requireAll } = await import('../run-fetch.js');
      const progress = createProgress('fetch', 'bytes');
      const results = await runFetch(list, {
        folder: options.output,
        parallel: options.parallel,
        silenceSeconds: options.silence,
        firstDelaySeconds: options.delay,
        signal: interruptSignal(),
        onBytes: (done) => progress.update({ fraction: undefined, done }),
      }).finally(() => progress.finish());
      process.stdout.write(
        options.json ? `${JSON.stringify(results, null, 2)}\n` : formatDownloads(results, options.output),
      );
      requireAll(results);
    });
}
