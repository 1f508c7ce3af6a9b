import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import type { ResultSchema, ResultWriter } from '../series/result-table.js';
import type { OutputOptions } from './output-file.node.js';
import { buildQgisStyle } from './qgis-style.js';
import { writeWhole } from './write-whole.node.js';

/** QGIS looks for a style beside files of these kinds; a GeoPackage holds its own. */
const STYLED_ENDINGS: ReadonlySet<string> = new Set([
  '.shp',
  '.fgb',
  '.geojson',
  '.json',
  '.geojsonl',
  '.ndjson',
  '.parquet',
  '.geoparquet',
]);

const CLASS_COLUMN = 'class';

/** A writer that puts the class colours beside its file as `.qml` when it is done, where the table has classes. */
export function withStyle(
  writer: ResultWriter,
  schema: ResultSchema,
  { overwrite }: OutputOptions,
): ResultWriter {
  const ending = extname(writer.path);
  const hasClasses = schema.fields.some(({ name }) => name === CLASS_COLUMN);
  if (!hasClasses || !STYLED_ENDINGS.has(ending.toLowerCase())) return writer;
  const path = `${writer.path.slice(0, -ending.length)}.qml`;
  return {
    ...writer,
    async finish() {
      await writer.finish();
      if (overwrite || !existsSync(path)) {
        await writeWhole(path, buildQgisStyle(CLASS_COLUMN), { overwrite });
      }
    },
  };
}
