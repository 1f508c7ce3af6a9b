import type { ResultSchema } from '../../series/result-table.js';
import { hasPosition } from '../bounds.js';
import { ByteBuffer } from '../byte-buffer.js';
import {
  type ByteSink,
  checkBatch,
  chooseFreeName,
  listColumns,
  listSeriesColumns,
  type ResultEncoder,
} from '../result-encoder.js';
import { appendDisplacement, type CellStyle, createCellWriter } from './cell-writer.js';

const COMMA = 44;
const LINE_FEED = 10;
const FLUSH_BYTES = 1 << 20;
// Blanks at either end are quoted too, because many readers trim bare cells.
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

const CSV_STYLE: CellStyle = {
  missing: '',
  appendText: (buffer, text) => buffer.appendText(quoteCell(text)),
  quoteDay: (day) => day,
};

/**
 * Writes comma-separated UTF-8 text with a header line: the fields in their order with `longitude` and `latitude`
 * after `pid` (first without one), then the displacements; quoted as RFC 4180 says, lines end in a line feed.
 *
 * Missing values are empty cells, dates ISO, displacements rounded to 0.001 mm, all other numbers as short as gives
 * them back exactly. Text is written as it is: a cell that starts with `=`, `+`, `-` or `@` is data here, and a
 * spreadsheet that should not take it for a formula must be told to import the column as text. The schema's metadata
 * has no place in this format.
 */
export function createCsvEncoder(sink: ByteSink, schema: ResultSchema): ResultEncoder {
  const names = listColumns(schema);
  const cells = schema.fields.map((field) => createCellWriter(field, CSV_STYLE));
  const degreeCells = ['longitude', 'latitude'].map((name) =>
    createCellWriter({ name, type: 'float64' }, CSV_STYLE),
  );
  const epochs = schema.series?.days.length ?? 0;
  const fieldsBefore = schema.fields.findIndex((field) => field.name === 'pid') + 1;
  const buffer = new ByteBuffer();
  appendHeader();

  function appendHeader(): void {
    const fieldNames = schema.fields.map((field) => field.name);
    const header = [
      ...fieldNames.slice(0, fieldsBefore),
      chooseFreeName('longitude', names),
      chooseFreeName('latitude', names),
      ...fieldNames.slice(fieldsBefore),
      ...listSeriesColumns(schema),
    ];
    buffer.appendText(header.map(quoteCell).join(','));
    buffer.appendByte(LINE_FEED);
  }

  async function flush(): Promise<void> {
    await sink.write(buffer.view());
    buffer.clear();
  }

  return {
    async write(batch) {
      checkBatch(schema, batch);
      const { columns, longitude, latitude, displacements } = batch;
      for (let row = 0; row < batch.count; row++) {
        for (let column = 0; column < fieldsBefore; column++) {
          cells[column](buffer, columns[column], row);
          buffer.appendByte(COMMA);
        }
        if (hasPosition(longitude[row], latitude[row])) {
          degreeCells[0](buffer, longitude, row);
          buffer.appendByte(COMMA);
          degreeCells[1](buffer, latitude, row);
        } else {
          buffer.appendByte(COMMA);
        }
        for (let column = fieldsBefore; column < cells.length; column++) {
          buffer.appendByte(COMMA);
          cells[column](buffer, columns[column], row);
        }
        for (let epoch = 0; epoch < epochs; epoch++) {
          buffer.appendByte(COMMA);
          appendDisplacement(buffer, displacements![row * epochs + epoch], '');
        }
        buffer.appendByte(LINE_FEED);
        if (buffer.length >= FLUSH_BYTES) await flush();
      }
    },
    async finish() {
      await flush();
      await sink.close();
    },
  };
}

/** A cell as RFC 4180 wants it: in quotes where it holds what a reader would stop at, or trim. */
export function quoteCell(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
