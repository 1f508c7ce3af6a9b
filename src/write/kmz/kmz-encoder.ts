import { Zip, ZipDeflate } from 'fflate';
import { GroundTrendError } from '../../errors.js';
import { formatDay } from '../../series/epoch-axis.js';
import { MISSING_INT32, type ResultBatch, type ResultSchema } from '../../series/result-table.js';
import { NO_CLASS_COLOUR, TREND_COLOURS } from '../../series/trend-class.js';
import { hasPosition } from '../bounds.js';
import { type ByteSink, checkBatch, listColumns, type ResultEncoder } from '../result-encoder.js';
import { widenFloat32 } from '../text/short-decimal.js';
import { escapeXml } from '../xml-text.js';

/** Past this, Google Earth becomes too slow to use. */
const MOST_POINTS = 250_000;
/** A round dot that every viewer of KML can fetch or replace by its own. */
const ICON = 'http://maps.google.com/mapfiles/kml/shapes/shaded_dot.png';
/** ZIP counts from 1980: a fixed date keeps equal content equal. */
const FIXED_DATE = '1980-01-02T00:00:00';

/**
 * Writes points as KMZ for people without a GIS: a dot in the colour of its class, its numbers in the balloon. Series
 * are left out, and so are points without a position.
 *
 * Throws `output` past 250,000 points.
 */
export function createKmzEncoder(sink: ByteSink, schema: ResultSchema): ResultEncoder {
  listColumns(schema);
  const pieces: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, piece) => {
    failure ??= error;
    pieces.push(piece);
  });
  const document = new ZipDeflate('doc.kml', { level: 6 });
  document.mtime = FIXED_DATE;
  zip.add(document);
  const encoder = new TextEncoder();
  const classColumn = schema.fields.findIndex(({ name }) => name === 'class');
  let points = 0;
  let isStarted = false;

  async function push(text: string, isLast = false): Promise<void> {
    document.push(encoder.encode(text), isLast);
    if (isLast) zip.end();
    if (failure !== null) throw failure;
    for (const piece of pieces.splice(0)) await sink.write(piece);
  }

  async function start(): Promise<void> {
    if (isStarted) return;
    isStarted = true;
    await push(beginDocument(schema.layer));
  }

  return {
    async write(batch) {
      checkBatch(schema, batch);
      await start();
      const parts: string[] = [];
      for (let row = 0; row < batch.count; row++) {
        if (!hasPosition(batch.longitude[row], batch.latitude[row])) continue;
        if (++points > MOST_POINTS) throw tooMany();
        parts.push(describePlacemark(schema, batch, row, classColumn));
      }
      await push(parts.join(''));
    },
    async finish() {
      await start();
      await push('</Document>\n</kml>\n', true);
      await sink.close();
    },
  };
}

function beginDocument(name: string): string {
  const colours = { ...TREND_COLOURS, other: NO_CLASS_COLOUR };
  const styles = Object.entries(colours).map(
    ([style, colour]) =>
      `<Style id="${style}"><IconStyle><color>${kmlColour(colour)}</color><scale>0.5</scale><Icon><href>${ICON}</href></Icon></IconStyle><LabelStyle><scale>0</scale></LabelStyle></Style>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n<name>${escapeXml(name)}</name>\n${styles.join('')}`;
}

function describePlacemark(
  schema: ResultSchema,
  batch: ResultBatch,
  row: number,
  classColumn: number,
): string {
  const className = classColumn < 0 ? '' : (batch.columns[classColumn][row] as string);
  const style = Object.hasOwn(TREND_COLOURS, className) ? className : 'other';
  const data = schema.fields.flatMap(({ name }, column) => {
    const text = valueText(schema, batch, row, column);
    return text === '' ? [] : [`<Data name="${escapeXml(name)}"><value>${escapeXml(text)}</value></Data>`];
  });
  const name = escapeXml(valueText(schema, batch, row, 0));
  const place = `${batch.longitude[row]},${batch.latitude[row]}`;
  return (
    `<Placemark><name>${name}</name><styleUrl>#${style}</styleUrl>` +
    `<ExtendedData>${data.join('')}</ExtendedData><Point><coordinates>${place}</coordinates></Point></Placemark>\n`
  );
}

function valueText({ fields }: ResultSchema, { columns }: ResultBatch, row: number, column: number): string {
  const value = columns[column][row];
  if (typeof value === 'string') return value;
  if (value === MISSING_INT32 || Number.isNaN(value)) return '';
  switch (fields[column].type) {
    case 'date':
      return formatDay(value);
    case 'boolean':
      return value === 1 ? 'true' : 'false';
    case 'float32':
      return String(widenFloat32(value));
    default:
      return String(value);
  }
}

/** `#0072b2` as KML writes it, alpha, blue, green, red: `ffb27200`. */
function kmlColour(hex: string): string {
  return `ff${hex.slice(5, 7)}${hex.slice(3, 5)}${hex.slice(1, 3)}`;
}

function tooMany(): GroundTrendError {
  return new GroundTrendError(
    'output',
    `A KMZ of more than ${MOST_POINTS.toLocaleString('en')} points is too slow to look at.`,
    {
      advice: 'Leave points out (--bbox, --min-coherence), or write .pmtiles or .gpkg.',
    },
  );
}
