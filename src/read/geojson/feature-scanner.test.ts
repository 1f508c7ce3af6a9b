import { describe, expect, it } from 'vitest';
import { FeatureScanner } from './feature-scanner.js';

const FEATURES = [
  '{"type":"Feature","properties":{"note":"a } ] \\" { [ b","list":[1,[2]]},"geometry":null}',
  '{ "type" : "Feature", "geometry": {"type":"Point","coordinates":[1,2]}, "properties": {} }',
];

/** Whatever the text is cut into, the features must come out whole. */
function scanInPieces(text: string, size: number) {
  const scanner = new FeatureScanner();
  const found: string[] = [];
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) {
    scanner.scan(bytes.subarray(at, at + size), (feature) => found.push(feature));
  }
  return { found: found.map((feature) => JSON.parse(feature)), scanner };
}

const parsed = FEATURES.map((feature) => JSON.parse(feature));

describe('FeatureScanner', () => {
  it.each([
    ['a collection', `{"type":"FeatureCollection","features":[${FEATURES.join(',\n')}]}`],
    [
      'one with members around',
      `{"crs":{"a":[1]},"bbox":[1,2,3,4],"features" : [ ${FEATURES.join(' , ')} ],"more":{"x":[{}]}}`,
    ],
    ['a feature a line', `${FEATURES.join('\n')}\n`],
  ])('cuts the features out of %s, however the bytes come', (_, text) => {
    for (const size of [1, 3, 7, 1000]) {
      const { found, scanner } = scanInPieces(text, size);
      expect(found).toEqual(parsed);
      expect(scanner.isWithin).toBe(false);
    }
  });

  it('knows that a text ends too early', () => {
    const { found, scanner } = scanInPieces(`{"features":[${FEATURES[0]},{"type":"Fea`, 11);
    expect(found).toEqual([parsed[0]]);
    expect(scanner.isWithin).toBe(true);
  });

  it('keeps what stands before the features', () => {
    const { scanner } = scanInPieces(`{"crs":{"name":"EPSG::3035"},"features":[${FEATURES[1]}]}`, 5);
    expect(scanner.preamble).toContain('EPSG::3035');
  });
});
