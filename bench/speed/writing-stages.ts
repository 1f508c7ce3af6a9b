import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { classifyFiles } from '../../src/classify/classify-files.node.js';
import type { DescribeLevel } from '../../src/kinematics/description-columns.js';
import { createRandom } from '../../src/random.js';
import type { ResultBatch, ResultSchema } from '../../src/series/result-table.js';
import { openWriter } from '../../src/write/open-writer.node.js';
import { type BenchInput, DEFAULT_MODEL, DEFAULT_SETTINGS, inFolder, type Stage, timed } from './stages.js';

const CLASSES = ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE'];
const NUMBERS = 30;

const schema: ResultSchema = {
  layer: 'bench',
  fields: [
    { name: 'pid', type: 'text' },
    { name: 'class', type: 'text' },
    { name: 'class_code', type: 'int32' },
    ...Array.from({ length: NUMBERS }, (_, i) => ({ name: `number_${i}`, type: 'float32' as const })),
  ],
  metadata: {},
};

/** A batch as wide as a described map, the same again and again but for its pids. */
function createRows(): ResultBatch {
  const count = 4096;
  const random = createRandom('rows');
  const draw = () => random.uniform();
  const codes = Int32Array.from({ length: count }, () => random.integer(CLASSES.length));
  return {
    count,
    longitude: Float64Array.from({ length: count }, () => 12 + draw()),
    latitude: Float64Array.from({ length: count }, () => 41 + draw()),
    columns: [
      Array.from({ length: count }, (_, i) => `POINT${String(i).padStart(6, '0')}`),
      Array.from(codes, (code) => CLASSES[code]),
      codes,
      ...Array.from({ length: NUMBERS }, () => Float32Array.from({ length: count }, draw)),
    ],
  };
}

function write(ending: string): Stage {
  return ({ points }) =>
    inFolder(async (folder) => {
      const rows = createRows();
      const batches = Math.ceil(Math.min(points, 200_000) / rows.count);
      const { seconds } = await timed(async () => {
        const writer = await openWriter(join(folder, `map${ending}`), schema, { overwrite: true });
        for (let i = 0; i < batches; i++) await writer.write(rows);
        await writer.finish();
      });
      return { seconds, points: batches * rows.count };
    });
}

function classifyWhole(form: 'csv' | 'zip', describe: DescribeLevel, threads: number, sieve = true): Stage {
  return (input: BenchInput) =>
    inFolder(async (folder) => {
      const { materialMm, wavelengthMm, repair } = DEFAULT_SETTINGS;
      const map = join(folder, 'map.parquet');
      const { result, seconds } = await timed(() =>
        classifyFiles([input[form]], {
          outputs: [map],
          model: DEFAULT_MODEL,
          prior: 'balanced',
          keepSeries: false,
          materialMm,
          wavelengthMm,
          repair,
          describe,
          sieve,
          threads,
        }),
      );
      const stored = { input: (await stat(input[form])).size, map: (await stat(map)).size };
      return { seconds, points: result.points, stored };
    });
}

/** Wholes that aims and sizes are told of. */
export const ONE_THREAD = 'whole: CSV to GeoParquet, described in full, 1 thread';
export const TWO_THREADS = 'whole: CSV to GeoParquet, described in full, 2 threads';
export const CLASSES_ONLY = 'whole: CSV to GeoParquet, classes only, 2 threads';
/** The same by the network alone: what describing costs beside it does not depend on how much a sieve decides. */
export const NO_SIEVE = 'whole without sieve: CSV to GeoParquet, described in full, 2 threads';
export const NO_SIEVE_CLASSES_ONLY = 'whole without sieve: CSV to GeoParquet, classes only, 2 threads';
export const ZIPPED = 'whole: ZIP to GeoParquet, described in full, 2 threads';

export const WRITING_STAGES: Readonly<Record<string, Stage>> = {
  'write GeoParquet': write('.parquet'),
  'write GeoPackage': write('.gpkg'),
  'write CSV': write('.csv'),
  'write GeoJSON lines': write('.geojsonl'),
};

export const WHOLE_STAGES: Readonly<Record<string, Stage>> = {
  [ONE_THREAD]: classifyWhole('csv', 'full', 1),
  [TWO_THREADS]: classifyWhole('csv', 'full', 2),
  'whole: CSV to GeoParquet, described in full, 4 threads': classifyWhole('csv', 'full', 4),
  [CLASSES_ONLY]: classifyWhole('csv', 'none', 2),
  [NO_SIEVE]: classifyWhole('csv', 'full', 2, false),
  [NO_SIEVE_CLASSES_ONLY]: classifyWhole('csv', 'none', 2, false),
  [ZIPPED]: classifyWhole('zip', 'full', 2),
};
