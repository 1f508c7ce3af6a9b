import type { Command } from 'commander';
import { z } from 'zod';
import { addInputOptions, inputOptions } from '../input-options.js';
import { interruptSignal } from '../interrupt.js';
import { addMapOptions, mapOptions } from '../map-options.js';
import { formatSummary } from '../map-summary.js';
import { givenThreads, memoryMb, outputFiles, parseOptions, threadCount } from '../options.js';
import { createProgress } from '../progress.js';

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
  output: outputFiles('map.parquet'),
  ...inputOptions,
  ...mapOptions,
  resume: z.boolean().default(false),
  overwrite: z.boolean().default(false),
  threads: givenThreads,
  memory: memoryMb,
  json: z.boolean().default(false),
});

export function addClassifyCommand(program: Command): void {
  const command = program
    .command('classify')
    .summary('sort every series of displacement files into the five trends')
    .description(
      'Reads displacement series (EGMS CSV or ZIP as downloaded, other delimited text), tells for every point whether it is Stable, Linear, Quadratic, Bilinear or a phase-unwrapping error (PUE), and writes the map.',
    )
    .argument('<files...>', 'files, folders or http addresses')
    .option(
      '-o, --output <file...>',
      'where to write: .parquet, .gpkg, .fgb, .shp, .pmtiles, .kmz, .csv or .geojson; may be given several times',
    );
  addMapOptions(addInputOptions(command))
    .option('--resume', 'work in parts that outlive an interruption: the same command goes on where it was')
    .option('--overwrite', 'replace outputs that exist')
    .option('--threads <count>', 'threads (default: one a core, fewer for small files)')
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
        process.stdout.write(
          await runResumable(files, {
            ...parsed,
            ...layout,
            threads: threadCount.parse(parsed.threads),
            signal,
          }),
        );
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
