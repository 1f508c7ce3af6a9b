import type { Command } from 'commander';
import { z } from 'zod';

/** Of commands that read any series: for files that need to be fetched or do not say all. */
export const inputOptions = {
  dates: z.string().optional(),
  columns: z.string().optional(),
  downloads: z.string().default('downloads'),
};

export interface InputOptions {
  readonly dates?: string;
  readonly columns?: string;
  readonly downloads: string;
}

/** Adds the flags of `inputOptions` to a command. */
export function addInputOptions(command: Command): Command {
  return command
    .option('--dates <file>', 'list of dates, one a line, for rows of text that do not say theirs')
    .option('--columns <names>', 'what the columns before the displacements of such rows are, with commas')
    .option('--downloads <folder>', 'where files of http addresses go (default: downloads)');
}
