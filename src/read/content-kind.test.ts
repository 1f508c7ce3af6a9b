import { describe, expect, it } from 'vitest';
import { recogniseContent } from './content-kind.js';

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const at = (offset: number, text: string) => latin('\0'.repeat(offset) + text);

describe('recogniseContent', () => {
  it.each([
    ['%PDF-1.7', 'a PDF document'],
    ['\x89PNG\r\n', 'a PNG image'],
    ['\x1f\x8b\x08', 'a gzip file'],
    ['SQLite format 3\0', 'an SQLite database'],
    ['II*\0', 'a TIFF image'],
    ['\xff\xfea\0', 'text in UTF-16'],
    ['p\0i\0d\0,\0', 'text in UTF-16'],
    ['  <!DOCTYPE html><html>', 'an HTML page'],
    ['a,b\n1,\0\x013', 'binary data of an unknown kind'],
  ])('refuses %j', (text, what) => {
    expect(recogniseContent(latin(text))).toMatchObject({ kind: 'other', what });
  });

  it.each([
    ['PAR1....', 'parquet'],
    ['\x89HDF\r\n\x1a\n', 'hdf5'],
    ['\0\0\x27\x0a', 'shapefile'],
    [' {"type":"FeatureCollection"', 'json'],
  ])('knows %j', (text, kind) => {
    expect(recogniseContent(latin(text)).kind).toBe(kind);
  });

  it('tells a GeoPackage from another SQLite file', () => {
    const bytes = at(68, 'GPKG');
    bytes.set(latin('SQLite format 3'));
    expect(recogniseContent(bytes)).toMatchObject({ kind: 'geopackage', what: 'a GeoPackage' });
  });

  it('knows the table of a shapefile by its header', () => {
    const bytes = new Uint8Array(64).fill(32);
    bytes.set([3, 120, 5, 17, 10, 0, 0, 0, 65, 2, 100, 0]);
    expect(recogniseContent(bytes).what).toBe('the table of a shapefile (.dbf)');
  });

  it('knows ZIP, XML, nothing and text', () => {
    expect(recogniseContent(latin('PK\x03\x04')).kind).toBe('zip');
    expect(recogniseContent(latin('\ufeff<?xml version'.slice(1))).kind).toBe('xml');
    expect(recogniseContent(latin('')).kind).toBe('empty');
    expect(recogniseContent(latin(' \r\n')).kind).toBe('empty');
    expect(recogniseContent(latin('\xef\xbb\xbfpid,latitude')).kind).toBe('text');
  });
});
