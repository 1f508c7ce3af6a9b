import type { Command } from 'commander';
import { z } from 'zod';
import { DESCRIBE_LEVELS } from '../kinematics/description-columns.js';
import { boundingBox, classPrior, DEFAULT_MODEL, materialMm, units, wavelengthMm } from './options.js';

/** What a map is to hold and how it is to be made: the same for one process and for a job of many. */
export const mapOptions = {
  model: z.string().default(DEFAULT_MODEL),
  minCoherence: z.coerce.number().min(0).max(1).optional(),
  bbox: boundingBox.optional(),
  units,
  epsg: z.coerce.number().int().positive().optional(),
  sieve: z.boolean().default(true),
  material: materialMm,
  wavelength: wavelengthMm,
  describe: z.enum(DESCRIBE_LEVELS).default('full'),
  repair: z.boolean().default(false),
  prior: classPrior,
  reference: z.string().optional(),
  commonMode: z.boolean().default(false),
  keepSeries: z.boolean().default(false),
  strict: z.boolean().default(false),
};

/** Adds the flags of `mapOptions` to a command. */
export function addMapOptions(command: Command): Command {
  return command
    .option(
      '--model <file>',
      'a model file, lite for a cheaper model, or test-tree for statistical tests (default: the model that comes with groundtrend)',
    )
    .option('--no-sieve', 'ask the network about every point, also where its cheap sieve is sure (slower)')
    .option('--min-coherence <value>', 'leave out points whose temporal coherence is lower (0 to 1)')
    .option('--bbox <west,south,east,north>', 'leave out points outside this box (degrees, WGS84)')
    .option('--units <unit>', 'unit of the displacements: mm, cm or m (default: as the file says, else mm)')
    .option('--epsg <code>', 'reference system of the coordinates, where they are not degrees')
    .option('--material <mm>', 'how much motion is material: the sensitivity of the classes (default: 5)')
    .option('--wavelength <mm>', 'radar wavelength (default: 55.47, Sentinel-1)')
    .option('--describe <level>', 'numbers for every point: none, basic or full (default: full)')
    .option(
      '--repair',
      'put jumps of whole cycles right where the evidence is clear; writes a log beside the map',
    )
    .option(
      '--prior <name>',
      'class shares of the map: balanced, paper, estimate, or a file of shares (default: balanced)',
    )
    .option(
      '--reference <place>',
      'count displacements from longitude,latitude[,radius in m] or from median:<radius in m> around every point',
    )
    .option('--common-mode', 'take off what all points of a file do together beside their own velocities')
    .option('--keep-series', 'write the displacements too, one column a date (D20200103)')
    .option('--strict', 'stop at the first bad row instead of counting it');
}
