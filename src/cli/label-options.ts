import type { Command } from 'commander';
import { z } from 'zod';
import { GroundTrendError } from '../errors.js';
import { fileUnits } from './options.js';

/** Where labels of series stand and which classes they name: for commands that learn from them. */
export const labelOptions = {
  labels: z.string().optional(),
  labelColumn: z.string().optional(),
  classes: z
    .string()
    .transform((text) => (text === 'found' ? 'found' : text.split(',').map((name) => name.trim())))
    .optional(),
  units: fileUnits,
};

/** Adds the flags of `labelOptions` to a command. */
export function addLabelOptions(command: Command): Command {
  return command
    .option('--labels <file>', 'label file: pid,label (name or code), perhaps file, annotator, date, note')
    .option(
      '--label-column <name>',
      'column of the labels, in the label file or, without one, in the samples (default: label)',
    )
    .option(
      '--classes <names>',
      'class names with commas, or "found" for those that occur (default: the five trends)',
    )
    .option('--units <file=unit...>', 'units of real files by the end of their names: Asc.shp=cm');
}

/** Throws `usage` where nothing says which label a series has. */
export function requireLabels(options: { readonly labels?: string; readonly labelColumn?: string }): void {
  if (options.labels !== undefined || options.labelColumn !== undefined) return;
  throw new GroundTrendError('usage', 'Where are the labels?', {
    advice: 'Give a label file (--labels labels.csv) or a column of the samples (--label-column name).',
  });
}
