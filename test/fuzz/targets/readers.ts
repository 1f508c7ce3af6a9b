import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import { openDatasets } from '../../../src/read/open-datasets.node.js';
import type { PlainTable } from '../../reference/plain-points.js';
import { readGeopackagePlainly, readParquetPlainly } from '../../reference/read-binary-plainly.js';
import { readFlatgeobufPlainly } from '../../reference/read-flatgeobuf-plainly.js';
import { readGeojsonPlainly } from '../../reference/read-geojson-plainly.js';
import { readStampsPlainly } from '../../reference/read-matlab-plainly.js';
import {
  readCubePlainly,
  readLicsbasPlainly,
  readMintpyPlainly,
} from '../../reference/read-rasters-plainly.js';
import { readShapefilePlainly } from '../../reference/read-shapefile-plainly.js';
import { collectBatches, compareWithReference } from '../compare-points.js';
import { readFixture } from '../corpus.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutateText } from '../mutate-text.js';
import { type FuzzInput, type FuzzTarget, WrongValue } from '../target.js';

type Files = FuzzInput['files'];

interface ReaderTarget {
  readonly name: string;
  readonly share: number;
  /** Sets of fixtures that belong together; the first of each is the one that is opened. */
  readonly seeds: readonly (readonly string[])[];
  /** Changes one file; bytes anywhere where left out. */
  readonly mutate?: (seed: Uint8Array, name: string) => Arbitrary<Uint8Array>;
  /** What a slow and simple reader says of files that were accepted; `undefined` where it has nothing to say. */
  readonly reference?: (
    files: Files,
    path: string,
  ) => PlainTable | undefined | Promise<PlainTable | undefined>;
  readonly degrees?: number;
}

/** A reader of files on the disk: opened, read whole in batches of any size, and held against the reference. */
export function readerTarget({ name, share, seeds, mutate, reference, degrees }: ReaderTarget): FuzzTarget {
  return {
    name,
    share,
    async prepare() {
      const sets = await Promise.all(seeds.map((names) => mutateSet(names, mutate)));
      const batches = fc.record({ pointsPerBatch: fc.constantFrom(1, 5, 24, 8192) });
      const inputs = fc.tuple(fc.oneof(...sets), batches).map(([files, settings]) => ({ files, settings }));
      return { inputs, check };
    },
  };

  async function check({ files, settings }: FuzzInput, folder: string): Promise<void> {
    for (const [file, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), bytes);
    }
    const path = join(folder, Object.keys(files)[0]);
    const datasets = await openDatasets([path]);
    for (const dataset of datasets) {
      const batches = await collectBatches(dataset, settings!.pointsPerBatch as number);
      if (reference === undefined || datasets.length > 1) continue;
      const expected = await askReference(() => reference(files, path));
      if (expected === undefined) continue;
      // A reference that keeps attributes keeps all of them.
      const kept = expected.points[0]?.attributes.length ?? 0;
      if (kept > 0 && kept !== dataset.fields.length) {
        throw new WrongValue(`${dataset.fields.length} attributes, the reference has ${kept}`);
      }
      const attributeOf = kept > 0 ? (cell: unknown) => cell : undefined;
      compareWithReference(dataset, batches, expected, { degrees, attributeOf });
    }
  }
}

async function askReference(
  ask: () => PlainTable | undefined | Promise<PlainTable | undefined>,
): Promise<PlainTable | undefined> {
  try {
    return await ask();
  } catch (cause) {
    throw new WrongValue(`accepts what the reference cannot read: ${(cause as Error).message}`);
  }
}

/** Files that belong together, one or two of them changed. */
async function mutateSet(
  names: readonly string[],
  mutate: ReaderTarget['mutate'] = (seed) => mutateBytes([seed]),
): Promise<Arbitrary<Files>> {
  const seeds = await Promise.all(names.map(readFixture));
  const changed = fc.tuple(...seeds.map((seed, index) => mutate(seed, names[index])));
  const which = fc.subarray([...names], { minLength: 1, maxLength: Math.min(2, names.length) });
  return fc
    .tuple(changed, which)
    .map(([bytes, chosen]) =>
      Object.fromEntries(
        names.map((name, index) => [name, chosen.includes(name) ? bytes[index] : seeds[index]]),
      ),
    );
}

const JSON_MARKS = ['{', '}', '[', ']', ',', ':', '"', '\\', '\n'];
const JSON_WORDS = [
  'null',
  'true',
  '1e400',
  '-0',
  '1e39',
  '0x10',
  '12345678901234567890',
  '"1.5"',
  '"1,5"',
  '"0x10"',
  '"Infinity"',
  '""',
  '" "',
  '[]',
  '{}',
  '{"a":[1]}',
  '"D20200103"',
  '"__proto__"',
  '"constructor"',
  '"pid"',
  '"features"',
  '"crs"',
  '{"type":"Feature"}',
  '"\\u0000"',
  '"\\ud800"',
  '"P000x"',
  'NaN',
  '-Infinity',
  '1.',
  '.5',
  '01',
  '+1',
];

const mutateJson = (seed: Uint8Array): Arbitrary<Uint8Array> => {
  const encoder = new TextEncoder();
  const texts = mutateText([new TextDecoder().decode(seed)], JSON_MARKS, JSON_WORDS);
  return fc.oneof(
    { weight: 3, arbitrary: texts.map((text) => encoder.encode(text)) },
    { weight: 1, arbitrary: mutateBytes([seed]) },
  );
};

/** One line a reader. */
export const READERS: readonly FuzzTarget[] = [
  readerTarget({
    name: 'shapefile',
    share: 8,
    seeds: [
      ['points.shp', 'points.dbf', 'points.prj', 'points.cpg'],
      ['projected.shp', 'projected.dbf', 'projected.prj', 'projected.cpg'],
      ['split-1.shp', 'split-1.dbf', 'split-2.shp', 'split-2.dbf', 'split-1.prj', 'split-2.prj'],
    ],
    reference: (files) =>
      files['points.shp'] && isSame(files['points.prj'], 'GEOGCS') && isSame(files['points.cpg'], 'UTF-8')
        ? readShapefilePlainly(files['points.shp'], files['points.dbf'])
        : undefined,
  }),
  readerTarget({
    name: 'geojson',
    share: 8,
    seeds: [['points.geojson'], ['points.geojsonl']],
    mutate: mutateJson,
    reference: (files) => readGeojsonPlainly(Object.values(files)[0]),
  }),
  readerTarget({
    name: 'flatgeobuf',
    share: 3,
    seeds: [['points.fgb'], ['projected.fgb']],
    reference: (files) => readFlatgeobufPlainly(Object.values(files)[0]),
  }),
  readerTarget({
    name: 'stamps',
    share: 3,
    seeds: [['stamps/ps_plot_ts_v-d.mat'], ['stamps/ps_plot_ts_v-do.mat'], ['stamps/ps_plot_ts_v.mat']],
    reference: (files, path) => readStampsPlainly(Object.values(files)[0], path),
  }),
  readerTarget({
    name: 'parquet',
    share: 8,
    seeds: [['flat-zstd.parquet'], ['list-snappy.parquet'], ['geo-gzip.parquet']],
    reference: (files) => readParquetPlainly(Object.values(files)[0]),
  }),
  readerTarget({
    name: 'geopackage',
    share: 4,
    seeds: [['points.gpkg'], ['projected.gpkg']],
    reference: (_, path) => readGeopackagePlainly(path),
  }),
  readerTarget({
    name: 'licsbas',
    share: 4,
    seeds: [['licsbas/cum.h5']],
    reference: (_, path) => readLicsbasPlainly(path),
    degrees: 1e-9,
  }),
  readerTarget({
    name: 'netcdf',
    share: 4,
    seeds: [['netcdf/degrees.nc'], ['netcdf/projected.nc']],
    reference: (_, path) => readCubePlainly(path),
    // Coordinates may be a twentieth of a step off an even grid.
    degrees: 0.001,
  }),
  readerTarget({
    name: 'mintpy',
    share: 4,
    seeds: [
      [
        'mintpy-geo/geo_timeseries_ERA5_demErr.h5',
        'mintpy-geo/geo_maskTempCoh.h5',
        'mintpy-geo/geo_geometryRadar.h5',
        'mintpy-geo/geo_temporalCoherence.h5',
      ],
      ['mintpy-radar/timeseries_demErr.h5', 'mintpy-radar/inputs/geometryRadar.h5'],
    ],
    reference: (_, path) => readMintpyPlainly(path),
    degrees: 1e-9,
  }),
];

function isSame(bytes: Uint8Array, start: string): boolean {
  const text = new TextDecoder().decode(bytes);
  return text.startsWith(start) && !text.includes('\ufffd');
}
