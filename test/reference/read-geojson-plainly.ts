import type { PlainTable } from './plain-points.js';
import { type PlainRow, plainTable } from './plain-rows.js';

interface Feature {
  readonly type?: unknown;
  readonly properties?: Record<string, unknown> | null;
  readonly geometry?: { readonly type?: unknown; readonly coordinates?: unknown } | null;
}

/**
 * Points in degrees from GeoJSON, parsed whole. `undefined` where the text names a coordinate system of its own;
 * throws where it is no JSON.
 */
export function readGeojsonPlainly(bytes: Uint8Array): PlainTable | undefined {
  const text = new TextDecoder().decode(bytes);
  if (text.includes('"crs"')) return undefined;
  const features = parseFeatures(text);
  const columns: string[] = [];
  for (const { properties } of features.slice(0, 200)) {
    for (const name of Object.keys(properties ?? {})) if (!columns.includes(name)) columns.push(name);
  }
  return plainTable(
    columns,
    features.map(({ properties, geometry }): PlainRow => {
      const coordinates = geometry?.coordinates;
      const number = (value: unknown) => (typeof value === 'number' ? value : null);
      return {
        x: Array.isArray(coordinates) ? number(coordinates[0]) : null,
        y: Array.isArray(coordinates) ? number(coordinates[1]) : null,
        cells: new Map(Object.entries(properties ?? {})),
      };
    }),
  );
}

/** Begins a record of a GeoJSON text sequence (RFC 8142), whatever stands before it. */
const RECORD_MARK = '\u001e';

/** The features of a collection, or those that follow one another. */
function parseFeatures(text: string): Feature[] {
  try {
    const whole = JSON.parse(text) as { features?: unknown };
    if (Array.isArray(whole.features)) return whole.features as Feature[];
    return [whole as Feature];
  } catch {
    return parseSequence(text.replaceAll(RECORD_MARK, '\n').split('\n'));
  }
}

/** One feature after the other; one may go over several lines. */
function parseSequence(lines: readonly string[]): Feature[] {
  const features: Feature[] = [];
  let begun = '';
  for (const line of lines) {
    begun += `${line}\n`;
    try {
      features.push(JSON.parse(begun) as Feature);
      begun = '';
    } catch {
      // Not whole yet, or never.
    }
  }
  if (begun.trim() !== '') throw new Error('a feature has no end');
  return features;
}
