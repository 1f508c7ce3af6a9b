import { extname } from 'node:path';
import { GroundTrendError } from '../errors.js';
import type { ResultSchema, ResultWriter } from '../series/result-table.js';
import { openFileSink } from './file-sink.node.js';
import { createGeoparquetEncoder } from './geoparquet/geoparquet-encoder.js';
import { toOutputError } from './output-error.js';
import { type OutputFile, type OutputOptions, reserveOutput } from './output-file.node.js';
import type { ByteSink, ResultEncoder } from './result-encoder.js';
import { createCsvEncoder } from './text/csv-encoder.js';
import { createGeojsonEncoder, createGeojsonLinesEncoder } from './text/geojson-encoder.js';

type CreateEncoder = (sink: ByteSink, schema: ResultSchema) => ResultEncoder;

const ENCODERS: Readonly<Record<string, CreateEncoder>> = {
  '.parquet': createGeoparquetEncoder,
  '.geoparquet': createGeoparquetEncoder,
  '.csv': createCsvEncoder,
  '.geojson': createGeojsonEncoder,
  '.json': createGeojsonEncoder,
  '.geojsonl': createGeojsonLinesEncoder,
  '.ndjson': createGeojsonLinesEncoder,
};

/** Endings of the files that results can be written to. */
export const OUTPUT_ENDINGS: readonly string[] = ['.gpkg', ...Object.keys(ENCODERS)];

/** Endings of the files that results with shapes (polygons, lines) can be written to. */
export const SHAPE_ENDINGS: readonly string[] = [
  '.gpkg',
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
 * Opens an output whose format its ending tells: GeoParquet, GeoPackage, CSV, GeoJSON or newline-delimited GeoJSON.
 *
 * Throws `usage` for another ending, and `output` where the target exists without `overwrite` or cannot be written.
 * A writer that has thrown has removed what it wrote.
 */
export async function openWriter(
  path: string,
  schema: ResultSchema,
  options: OutputOptions,
): Promise<ResultWriter> {
  checkOutputEnding(path, schema.hasShapes);
  const createEncoder = ENCODERS[extname(path).toLowerCase()];
  const output = await reserveOutput(path, options);
  try {
    if (createEncoder === undefined) {
      // SQLite's native library is loaded only for those who want a GeoPackage.
      const { openGeopackage } = await import('./geopackage/geopackage-writer.node.js');
      return guardWriter(output, openGeopackage(output.temporaryPath, schema));
    }
    const sink = await openFileSink(output.temporaryPath);
    return guardWriter(output, openEncoderTarget(sink, createEncoder, schema));
  } catch (cause) {
    await output.discard();
    throw toOutputError(path, cause);
  }
}

/** What fills a temporary file: `finish` leaves it whole and closed, `close` just closes it. */
export interface OutputTarget extends ResultEncoder {
  close(): Promise<void>;
}

function openEncoderTarget(sink: ByteSink, createEncoder: CreateEncoder, schema: ResultSchema): OutputTarget {
  const encoder = createEncoder(sink, schema);
  return { write: encoder.write, finish: encoder.finish, close: sink.close };
}

/** Makes a writer of a target: errors name the asked-for file, and the first one removes the temporary file. */
function guardWriter(output: OutputFile, target: OutputTarget): ResultWriter {
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

  return {
    path: output.path,
    write: (batch) => attempt(() => target.write(batch)),
    finish: () =>
      attempt(async () => {
        await target.finish();
        await output.publish();
        isDone = true;
      }),
    abort,
  };
}
