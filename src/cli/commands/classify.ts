import type { Command } from 'commander';
import { z } from 'zod';
import type { ClassifySummary } from '../../classify/classify-files.node.js';
import { DESCRIBE_LEVELS } from '../../kinematics/description-columns.js';
import { interruptSignal } from '../interrupt.js';
import { formatCount, formatDuration, formatShare } from '../numbers.js';
import {
  boundingBox,
  classPrior,
  DEFAULT_MODEL,
  materialMm,
  memoryMb,
  parseOptions,
  threadCount,
  units,
  wavelengthMm,
} from '../options.js';
import { inputOptions } from '../prepare-inputs.js';
import { createProgress } from '../progress.js';
import { formatTable } from '../table.js';

const EXAMPLES = `
Examples:
  $ groundtrend classify EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip -o map.parquet
  $ groundtrend classify "https://server/EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip?id=TOKEN" -o map.parquet
  $ groundtrend classify downloads/ -o map.gpkg -o map.csv --min-coherence 0.6
  $ groundtrend classify points.csv --units cm --keep-series -o map.gpkg --json
  $ groundtrend classify downloads/ -o country.parquet --resume
  $ groundtrend classify points.csv --repair --prior estimate -o map.parquet
`;

const schema = z.object({
  output: z.array(z.string()).min(1, 'say where to write, such as -o map.parquet'),
  model: z.string().default(DEFAULT_MODEL),
  minCoherence: z.coerce.number().min(0).max(1).optional(),
  bbox: boundingBox.optional(),
  units,
  epsg: z.coerce.number().int().positive().optional(),
  ...inputOptions,
  keepSeries: z.boolean().default(false),
  describe: z.enum(DESCRIBE_LEVELS).default('full'),
  repair: z.boolean().default(false),
  prior: classPrior,
  reference: z.string().optional(),
  commonMode: z.boolean().default(false),
  strict: z.boolean().default(false),
  resume: z.boolean().default(false),
  overwrite: z.boolean().default(false),
  threads: threadCount,
  memory: memoryMb,
  material: materialMm,
  wavelength: wavelengthMm,
  json: z.boolean().default(false),
});

export function addClassifyCommand(program: Command): void {
  program
    .command('classify')
    .summary('sort every series of displacement files into the five trends')
    .description(
      'Reads displacement series (EGMS CSV or ZIP as downloaded, other delimited text), tells for every point whether it is Stable, Linear, Quadratic, Bilinear or a phase-unwrapping error (PUE), and writes the map.',
    )
    .argument('<files...>', 'files, folders or http addresses')
    .option(
      '-o, --output <file...>',
      'where to write: .parquet, .gpkg, .fgb, .shp, .pmtiles, .kmz, .csv or .geojson; may be given several times',
    )
    .option(
      '--model <file>',
      'a model file, lite for a cheaper model, or test-tree for statistical tests (default: the model that comes with groundtrend)',
    )
    .option('--min-coherence <value>', 'leave out points whose temporal coherence is lower (0 to 1)')
    .option('--bbox <west,south,east,north>', 'leave out points outside this box (degrees, WGS84)')
    .option('--units <unit>', 'unit of the displacements: mm, cm or m (default: as the file says, else mm)')
    .option('--epsg <code>', 'reference system of the coordinates, where they are not degrees')
    .option('--dates <file>', 'list of dates, one a line, for rows of text that do not say theirs')
    .option('--columns <names>', 'what the columns before the displacements of such rows are, with commas')
    .option('--downloads <folder>', 'where files of http addresses go (default: downloads)')
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
    .option('--strict', 'stop at the first bad row instead of counting it')
    .option('--resume', 'work in parts that outlive an interruption: the same command goes on where it was')
    .option('--overwrite', 'replace outputs that exist')
    .option('--threads <count>', 'worker threads (default: one a core)')
    .option('--memory <MB>', 'keep below this by fewer batches under way and fewer threads; the same bytes')
    .option('--json', 'print the summary as JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string[], values: unknown) => {
      const { resume, dates, columns, downloads, memory, ...rest } = parseOptions(schema, values);
      const parsed = { ...rest, memoryMb: memory };
      const { prepareInputs } = await import('../prepare-inputs.js');
      const signal = interruptSignal();
      const { files, ...layout } = await prepareInputs(given, { dates, columns, downloads }, signal);
      if (resume) {
        const { runResumable } = await import('../run-resumable.js');
        process.stdout.write(await runResumable(files, { ...parsed, ...layout, signal }));
        return;
      }
      const { output, json, material, wavelength, prior, reference, commonMode, ...options } = parsed;
      const { readPrior } = await import('../read-prior.js');
      const { prepareReference } = await import('../prepare-reference.js');
      const { classifyFiles } = await import('../../classify/classify-files.node.js');
      const progress = createProgress('classify', 'points');
      const summary = await classifyFiles(files, {
        ...options,
        ...layout,
        outputs: output,
        prior: await readPrior(prior),
        materialMm: material,
        wavelengthMm: wavelength,
        prepare: prepareReference({ reference, commonMode, signal }),
        signal,
        onProgress: ({ fraction, points }) => progress.update({ fraction, done: points }),
      }).finally(() => progress.finish());
      process.stdout.write(json ? `${JSON.stringify(summary, null, 2)}\n` : formatSummary(summary));
    });
}

/** The summary as people read it: what was read, the class table, what was left out, what was written. */
export function formatSummary(summary: ClassifySummary): string {
  const lines: string[] = [];
  for (const { name, format, dates, noise } of summary.inputs) {
    lines.push(`${name}: ${format}, ${dates} dates`);
    if (noise !== '') lines.push(`  ${noise}`);
  }
  lines.push('', formatClassTable(summary), '');
  for (const { reason, count, examples } of summary.skipped) {
    const places = examples.map(({ file, line }) => `${file} line ${line}`).join(', ');
    lines.push(`left out: ${formatCount(count)} rows, ${reason} (${places})`);
  }
  const { belowCoherence, outsideBox } = summary.filtered;
  if (belowCoherence > 0)
    lines.push(`left out: ${formatCount(belowCoherence)} points below the coherence asked for`);
  if (outsideBox > 0) lines.push(`left out: ${formatCount(outsideBox)} points outside the box`);
  for (const warning of summary.warnings) lines.push(`note: ${warning}`);
  if (summary.repair) {
    const { points, jumps, subCycleSteps } = summary.repair;
    lines.push(
      `repaired: ${formatCount(jumps)} jumps in ${formatCount(points)} points; ${formatCount(subCycleSteps)} points with a step of part of a cycle are left as they are`,
    );
  }
  for (const path of [...summary.outputs, ...(summary.repair?.files ?? [])]) lines.push(`written: ${path}`);
  const rate = formatCount(summary.points / summary.seconds);
  lines.push(
    `${formatCount(summary.points)} points in ${formatDuration(summary.seconds)} (${rate} a second)`,
  );
  return `${lines.join('\n')}\n`;
}

function formatClassTable({ classes }: ClassifySummary): string {
  return formatTable(
    [
      { title: 'class' },
      { title: 'points', align: 'right' },
      { title: 'share', align: 'right' },
      { title: 'mean confidence', align: 'right' },
    ],
    classes.map(({ className, points, share, meanConfidence }) => [
      className,
      formatCount(points),
      formatShare(share),
      meanConfidence === null ? '-' : meanConfidence.toFixed(2),
    ]),
  );
}
