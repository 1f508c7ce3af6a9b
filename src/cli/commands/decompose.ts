import type { Command } from 'commander';
import { z } from 'zod';
import type { MotionDirection } from '../../areas/decompose/project-series.js';
import { GroundTrendError } from '../../errors.js';
import { showText } from '../../shown-text.js';
import { interruptSignal } from '../interrupt.js';
import { formatSummary } from '../map-summary.js';
import { materialMm, parseOptions, threadCount, units } from '../options.js';
import { createProgress } from '../progress.js';

const EXAMPLES = `
Examples:
  $ groundtrend decompose ascending.csv descending.zip -o ue.parquet
  $ groundtrend decompose ascending.csv descending.zip -o ue.gpkg --points 60 --keep-series
  $ groundtrend decompose ascending.csv descending.zip --compare EGMS_L3_E45N17_100km_U_2020_2024_1.csv
  $ groundtrend decompose ascending.csv -o slope.parquet --project slope --aspect 90 --slope 20
`;

const schema = z.object({
  output: z.array(z.string()).default([]),
  grid: z.coerce.number().min(1).max(100_000).default(100),
  points: z.coerce.number().min(1).max(10_000).optional(),
  step: z.coerce.number().int().min(1).max(366).default(6),
  northVelocity: z
    .union([z.literal('gnss'), z.coerce.number().min(-1000).max(1000)], 'give mm/yr, or gnss')
    .default(0),
  minPoints: z.coerce.number().int().min(1).default(1),
  maxCondition: z.coerce.number().min(1).max(1000).default(5),
  epsg: z.coerce.number().int().positive().optional(),
  align: z.boolean().default(true),
  classify: z.boolean().default(true),
  keepSeries: z.boolean().default(false),
  compare: z.array(z.string()).default([]),
  project: z.enum(['vertical', 'slope']).optional(),
  aspect: z.coerce.number().min(-360).max(360).optional(),
  slope: z.coerce.number().min(0).max(90).optional(),
  material: materialMm,
  units,
  threads: threadCount,
  overwrite: z.boolean().default(false),
  json: z.boolean().default(false),
});

type Options = z.output<typeof schema>;

export function addDecomposeCommand(program: Command): void {
  program
    .command('decompose')
    .summary('turn ascending and descending tracks into vertical and eastward series')
    .description(
      'Reads two or more tracks that see the same ground from different sides, on dates of their own, makes vertical and eastward series of them on a grid or at the points, and classifies those like any other series. With --project a single track is taken as vertical motion, or as motion down a slope.',
    )
    .argument('<files...>', 'files or folders, ascending and descending')
    .option('-o, --output <file...>', 'where to write: .parquet, .gpkg, .fgb, .csv or .geojson')
    .option('--grid <metres>', 'side of the cells (default: 100)')
    .option('--points <metres>', 'at the points of the first file, the others within this radius')
    .option('--step <days>', 'days from date to date of the result (default: 6)')
    .option('--north-velocity <mm/yr>', 'northward velocity; gnss: the column gnss_velocity_n (default: 0)')
    .option('--min-points <count>', 'points that a file must have in a cell (default: 1)')
    .option('--max-condition <value>', 'leave out places seen from too similar directions (default: 5)')
    .option('--epsg <code>', "the grid's projection (default: 3035 in Europe, else UTM)")
    .option('--no-align', 'do not take off offsets between three or more tracks')
    .option('--no-classify', 'write the series only')
    .option('--keep-series', 'write the series beside the classes, one column a date')
    .option('--compare <file...>', 'EGMS L3 files (U, E) of the same cells to hold the result against')
    .option('--project <direction>', 'single track: vertical or slope')
    .option('--aspect <degrees>', 'where the slope falls to, from north clockwise')
    .option('--slope <degrees>', 'how steep it is')
    .option('--material <mm>', 'how much motion is material (default: 5)')
    .option('--units <unit>', 'unit of the displacements: mm, cm or m (default: as the file says, else mm)')
    .option('--threads <count>', 'threads (default: one a core)')
    .option('--overwrite', 'replace outputs that exist')
    .option('--json', 'print the summary as JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], values: unknown) => {
      const options = parseOptions(schema, values);
      if (options.output.length === 0 && options.compare.length === 0) {
        throw new GroundTrendError('usage', '--output: say where to write, such as -o ue.parquet');
      }
      await (options.project === undefined ? decompose(files, options) : project(files, options));
    });
}

async function decompose(files: string[], options: Options): Promise<void> {
  const { runDecomposition, formatDecomposition } = await import('../run-decomposition.js');
  const progress = createProgress('decompose', 'points');
  const summary = await runDecomposition(files, {
    sites:
      options.points === undefined
        ? { kind: 'grid', spacingMetres: options.grid }
        : { kind: 'points', radiusMetres: options.points },
    stepDays: options.step,
    northVelocity: options.northVelocity,
    alignTracks: options.align,
    leastPoints: options.minPoints,
    greatestCondition: options.maxCondition,
    epsg: options.epsg,
    ...derivedSeries(options),
    references: options.compare,
    onPoints: (points) => progress.update({ fraction: undefined, done: points }),
  }).finally(() => progress.finish());
  if (options.json) {
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    return;
  }
  process.stdout.write(formatDecomposition(summary));
  writeClasses(summary.classified, options);
}

async function project(files: string[], options: Options): Promise<void> {
  if (files.length !== 1) {
    throw new GroundTrendError('usage', `--project takes one file, these are ${files.length}.`);
  }
  const { runProjection } = await import('../run-decomposition.js');
  const { classified, notes } = await runProjection(files[0], {
    direction: directionOf(options),
    ...derivedSeries(options),
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ classified, notes }, null, 2)}\n`);
    return;
  }
  for (const note of notes) process.stdout.write(`${note}\n`);
  writeClasses(classified, options);
}

/** What both ways have in common: how the series that come out are classified and written. */
function derivedSeries({ output, overwrite, classify, keepSeries, threads, material, units }: Options) {
  return {
    outputs: output,
    overwrite,
    classify,
    keepSeries,
    threads,
    materialMm: material,
    units,
    signal: interruptSignal(),
  };
}

function directionOf({ project: kind, aspect, slope }: Options): MotionDirection {
  if (kind !== 'slope') return { kind: 'vertical' };
  if (aspect !== undefined && slope !== undefined) {
    return { kind, aspectDegrees: aspect, slopeDegrees: slope };
  }
  throw new GroundTrendError('usage', '--project slope needs --aspect and --slope, in degrees.');
}

function writeClasses(
  classified: Parameters<typeof formatSummary>[0] | undefined,
  { output }: Options,
): void {
  if (classified !== undefined) process.stdout.write(`\n${formatSummary(classified)}`);
  else for (const path of output) process.stdout.write(`written: ${showText(path)}\n`);
}
