import { extname } from 'node:path';
import { GroundTrendError } from '../errors.js';
import type { ResultSchema, ResultWriter } from '../series/result-table.js';
import { openFileSink } from './file-sink.node.js';
import type { GroupEncoder } from './geoparquet/encoded-group.js';
import { createGeoparquetEncoder } from './geoparquet/geoparquet-encoder.js';
import { createKmzEncoder } from './kmz/kmz-encoder.js';
import { toOutputError } from './output-error.js';
import { joinOutputs, type OutputFile, type OutputOptions, reserveOutput } from './output-file.node.js';
import type { ByteSink, OutputTarget, ResultEncoder } from './result-encoder.js';
import type { ShapefilePaths } from './shapefile/shapefile-writer.node.js';
import { withStyle } from './style-file.node.js';
import { createCsvEncoder } from './text/csv-encoder.js';
import { createGeojsonEncoder, createGeojsonLinesEncoder } from './text/geojson-encoder.js';

type CreateEncoder = (sink: ByteSink, schema: ResultSchema, encodeGroup?: GroupEncoder) => ResultEncoder;

export interface WriterOptions extends OutputOptions {
  /** Encodes the row groups of a GeoParquet file, on another thread, say. */
  readonly encodeGroup?: GroupEncoder;
}

const ENCODERS: Readonly<Record<string, CreateEncoder>> = {
  '.parquet': createGeoparquetEncoder,
  '.geoparquet': createGeoparquetEncoder,
  '.csv': createCsvEncoder,
  '.geojson': createGeojsonEncoder,
  '.json': createGeojsonEncoder,
  '.geojsonl': createGeojsonLinesEncoder,
  '.ndjson': createGeojsonLinesEncoder,
  '.kmz': createKmzEncoder,
};

/** Endings of the files that results can be written to. */
const OUTPUT_ENDINGS: readonly string[] = ['.gpkg', '.fgb', '.shp', '.pmtiles', ...Object.keys(ENCODERS)];

/** Endings of the files that results with shapes (polygons, lines) can be written to. */
const SHAPE_ENDINGS: readonly string[] = [
  '.gpkg',
  '.parquet',
  '.geoparquet',
  '.fgb',
  '.geojson',
  '.json',
  '.geojsonl',
  '.ndjson',
  '.csv',
];

/** Throws `usage` where the path's ending names no format that can be written: to be asked before any work. */
export function checkOutputEnding(path: string, hasShapes = false): void {
  const endings = hasShapes ? SHAPE_ENDINGS : OUTPUT_ENDINGS;
  if (endings.includes(extname(path).toLowerCase())) return;
  const what = hasShapes ? 'No format for areas is known for' : 'No format is known for';
  throw new GroundTrendError('usage', `${what} the output ${JSON.stringify(path)}.`, {
    advice: `Its name must end in one of ${endings.join(', ')}.`,
  });
}

/**
 * Opens an output whose format its ending tells: GeoParquet, GeoPackage, FlatGeobuf, shapefile,
 * PMTiles, KMZ, CSV, GeoJSON or newline-delimited GeoJSON.
 *
 * Throws `usage` for another ending, and `output` where the target exists without `overwrite` or cannot be written.
 * A writer that has thrown has removed what it wrote.
 *
 * ```ts
 * import { openWriter } from 'groundtrend/node';
 *
 * const schema = { layer: 'points', fields: [{ name: 'pid', type: 'text' }], metadata: {} } as const;
 * const writer = await openWriter('own.csv', schema, { overwrite: true });
 * await writer.write({ count: 1, longitude: Float64Array.of(12.5), latitude: Float64Array.of(41.9), columns: [['a']] });
 * await writer.finish();
 * console.log(writer.path); // own.csv
 * ```
 */
export async function openWriter(
  path: string,
  schema: ResultSchema,
  options: WriterOptions,
): Promise<ResultWriter> {
  checkOutputEnding(path, schema.hasShapes);
  const ending = extname(path).toLowerCase();
  const output =
    ending === '.shp' ? await reserveShapefile(path, options) : await reserveOutput(path, options);
  try {
    const writer = guardWriter(output, await openTarget(ending, output, schema, options));
    return options.style ? withStyle(writer, schema, options) : writer;
  } catch (cause) {
    await output.discard();
    throw toOutputError(path, cause);
  }
}

/** Native libraries and rare formats are loaded only for those who want them. */
async function openTarget(
  ending: string,
  output: OutputFile,
  schema: ResultSchema,
  { encodeGroup }: WriterOptions,
): Promise<OutputTarget> {
  if (ending === '.gpkg') {
    const { openGeopackage } = await import('./geopackage/geopackage-writer.node.js');
    return openGeopackage(output.temporaryPath, schema);
  }
  if (ending === '.fgb') {
    const { openFlatgeobuf } = await import('./flatgeobuf/flatgeobuf-writer.node.js');
    return openFlatgeobuf(output.temporaryPath, schema);
  }
  if (ending === '.shp') {
    const { openShapefile } = await import('./shapefile/shapefile-writer.node.js');
    return openShapefile((output as ShapefileOutput).paths, schema);
  }
  if (ending === '.pmtiles') {
    const { openPmtiles } = await import('./pmtiles/pmtiles-writer.node.js');
    return openPmtiles(output.temporaryPath, schema);
  }
  const sink = await openFileSink(output.temporaryPath);
  try {
    return openEncoderTarget(sink, ENCODERS[ending](sink, schema, encodeGroup));
  } catch (cause) {
    await sink.close();
    throw cause;
  }
}

interface ShapefileOutput extends OutputFile {
  readonly paths: ShapefilePaths;
}

async function reserveShapefile(path: string, options: OutputOptions): Promise<ShapefileOutput> {
  const shp = await reserveOutput(path, options);
  const others: OutputFile[] = [];
  try {
    for (const ending of ['shx', 'dbf', 'prj', 'cpg']) {
      others.push(await reserveOutput(path.replace(/shp$/i, ending), options));
    }
  } catch (cause) {
    await joinOutputs(shp, others, options).discard();
    throw cause;
  }
  const [shx, dbf, prj, cpg] = others.map(({ temporaryPath }) => temporaryPath);
  return { ...joinOutputs(shp, others, options), paths: { shp: shp.temporaryPath, shx, dbf, prj, cpg } };
}

function openEncoderTarget(sink: ByteSink, encoder: ResultEncoder): OutputTarget {
  return { write: encoder.write, finish: encoder.finish, close: sink.close };
}

/** Makes a writer of a target: errors name the asked-for file, and the first one removes the temporary file. */
function guardWriter(output: OutputFile, target: OutputTarget): ResultWriter {
  let isComplete = false;
  let isDone = false;

  async function abort(): Promise<void> {
    if (isDone) return;
    isDone = true;
    await target.close().catch(() => {});
    await output.discard();
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    if (isDone) throw new Error(`The writer of ${output.path} is done with.`);
    try {
      await work();
    } catch (cause) {
      await abort();
      throw toOutputError(output.path, cause);
    }
  }

  const complete = () =>
    attempt(async () => {
      await target.finish();
      await output.flush();
      isComplete = true;
    });

  return {
    path: output.path,
    write: (batch) => attempt(() => target.write(batch)),
    complete,
    finish: () =>
      attempt(async () => {
        if (!isComplete) await target.finish();
        await output.publish();
        isDone = true;
      }),
    abort,
  };
}
