import type { ResultBatch, ResultSchema, Shape } from '../../series/result-table.js';
import { boundsToBox, createBounds, extendByBatch, hasPosition } from '../bounds.js';
import { ByteBuffer } from '../byte-buffer.js';
import {
  type ByteSink,
  checkBatch,
  listColumns,
  listSeriesColumns,
  type ResultEncoder,
} from '../result-encoder.js';
import { appendDisplacement, type CellStyle, createCellWriter } from './cell-writer.js';

const FLUSH_BYTES = 1 << 20;
const utf8 = new TextEncoder();

const JSON_STYLE: CellStyle = {
  missing: 'null',
  appendText: (buffer, text) => buffer.appendText(JSON.stringify(text)),
  quoteDay: (day) => `"${day}"`,
};

/**
 * Writes an RFC 7946 FeatureCollection, one feature a line: missing values are `null`, dates ISO texts, displacements
 * rounded to 0.001 mm, all other numbers as short as gives them back exactly, and a point without coordinates has a
 * `null` geometry. The layer's name and the schema's metadata stand in front as foreign members `name` and
 * `metadata`, the bounding box behind the features.
 */
export function createGeojsonEncoder(sink: ByteSink, schema: ResultSchema): ResultEncoder {
  const head = JSON.stringify({ type: 'FeatureCollection', name: schema.layer, metadata: schema.metadata });
  const bounds = createBounds();
  const buffer = new ByteBuffer();
  const appendFeature = createFeatureWriter(schema, buffer);
  let separator = '\n';
  buffer.appendText(`${head.slice(0, -1)},"features":[`);
  return {
    async write(batch) {
      checkBatch(schema, batch);
      extendByBatch(bounds, batch);
      for (let row = 0; row < batch.count; row++) {
        buffer.appendText(separator);
        separator = ',\n';
        appendFeature(batch, row);
        if (buffer.length >= FLUSH_BYTES) await flush(buffer, sink);
      }
    },
    async finish() {
      const box = boundsToBox(bounds);
      buffer.appendText(`\n]${box ? `,"bbox":${JSON.stringify(box)}` : ''}}\n`);
      await flush(buffer, sink);
      await sink.close();
    },
  };
}

/** Writes the same features one a line with nothing around them; there is no place for name, metadata or box. */
export function createGeojsonLinesEncoder(sink: ByteSink, schema: ResultSchema): ResultEncoder {
  const buffer = new ByteBuffer();
  const appendFeature = createFeatureWriter(schema, buffer);
  return {
    async write(batch) {
      checkBatch(schema, batch);
      for (let row = 0; row < batch.count; row++) {
        appendFeature(batch, row);
        buffer.appendText('\n');
        if (buffer.length >= FLUSH_BYTES) await flush(buffer, sink);
      }
    },
    async finish() {
      await flush(buffer, sink);
      await sink.close();
    },
  };
}

async function flush(buffer: ByteBuffer, sink: ByteSink): Promise<void> {
  await sink.write(buffer.view());
  buffer.clear();
}

function createFeatureWriter(
  schema: ResultSchema,
  buffer: ByteBuffer,
): (batch: ResultBatch, row: number) => void {
  const keys = listColumns(schema).map((name, index) =>
    utf8.encode(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`),
  );
  const cells = schema.fields.map((field) => createCellWriter(field, JSON_STYLE));
  const [longitudeCell, latitudeCell] = ['longitude', 'latitude'].map((name) =>
    createCellWriter({ name, type: 'float64' }, JSON_STYLE),
  );
  const epochs = listSeriesColumns(schema).length;
  const pointStart = utf8.encode('{"type":"Feature","geometry":{"type":"Point","coordinates":[');
  const pointEnd = utf8.encode(']},"properties":{');
  const noPoint = utf8.encode('{"type":"Feature","geometry":null,"properties":{');
  return ({ longitude, latitude, columns, displacements, shapes }, row) => {
    if (shapes !== undefined) {
      buffer.appendText(`{"type":"Feature","geometry":${formatShape(shapes[row])},"properties":{`);
    } else if (hasPosition(longitude[row], latitude[row])) {
      buffer.appendBytes(pointStart);
      longitudeCell(buffer, longitude, row);
      buffer.appendText(',');
      latitudeCell(buffer, latitude, row);
      buffer.appendBytes(pointEnd);
    } else {
      buffer.appendBytes(noPoint);
    }
    for (let column = 0; column < cells.length; column++) {
      buffer.appendBytes(keys[column]);
      cells[column](buffer, columns[column], row);
    }
    for (let epoch = 0; epoch < epochs; epoch++) {
      buffer.appendBytes(keys[cells.length + epoch]);
      appendDisplacement(buffer, displacements![row * epochs + epoch], 'null');
    }
    buffer.appendText('}}');
  };
}

/** Corners to a hundred-millionth of a degree: a millimetre on the ground. */
function formatShape(shape: Shape): string {
  return JSON.stringify(shape, (_, value) => (typeof value === 'number' ? Number(value.toFixed(8)) : value));
}
