import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { parquetReadObjects } from 'hyparquet';
import { openSqlite } from '../../src/sqlite.node.js';
import { AWKWARD_PIDS, FIELD_NAMES, type Row, typeTexts } from './result-sample.js';

/** A reader that shares no code with the writer under test. */
export interface IndependentReader {
  readonly name: string;
  /** Why it cannot be used here, or `undefined`. */
  readonly missing?: string;
  read(path: string): Promise<Row[]> | Row[];
}

const OUTPUT_LIMIT = 1 << 28;

function whyNot(program: string, args: readonly string[]): string | undefined {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${program} ${args.join(' ')} does not work here`;
  }
}

export const GDAL_MISSING = whyNot('ogr2ogr', ['--version']);
export const PYARROW_MISSING = whyNot('python3', ['-c', 'import pyarrow.parquet']);

interface Feature {
  readonly geometry: { readonly type: string; readonly coordinates: readonly number[] } | null;
  readonly properties: Row;
}

function featureToRow({ geometry, properties }: Feature): Row {
  const [longitude, latitude] = geometry?.coordinates ?? [null, null];
  return { longitude, latitude, ...properties };
}

function pointToRow(wkb: Uint8Array | null, start: number): Row {
  if (wkb === null) return { longitude: null, latitude: null };
  const view = new DataView(wkb.buffer, wkb.byteOffset + start);
  if (view.getUint8(0) !== 1 || view.getUint32(1, true) !== 1) throw new Error('not a little-endian point');
  return { longitude: view.getFloat64(5, true), latitude: view.getFloat64(13, true) };
}

export const csvReader: IndependentReader = {
  name: 'a plain CSV parser',
  read(path) {
    const [header, ...lines] = parseCsv(readFileSync(path, 'utf8'));
    return lines.map((cells) => typeTexts(Object.fromEntries(header.map((name, i) => [name, cells[i]]))));
  },
};

/** RFC 4180, one character after the other. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') cell += text[i++];
      else isQuoted = false;
    } else if (character === '"') {
      isQuoted = true;
    } else if (character === ',' || character === '\n') {
      cells.push(cell);
      cell = '';
      if (character === '\n') {
        lines.push(cells);
        cells = [];
      }
    } else {
      cell += character;
    }
  }
  if (cell !== '' || cells.length > 0 || isQuoted) throw new Error('the file does not end with a whole line');
  return lines;
}

export const geojsonReader: IndependentReader = {
  name: 'JSON.parse',
  read: (path) => JSON.parse(readFileSync(path, 'utf8')).features.map(featureToRow),
};

export const geojsonLinesReader: IndependentReader = {
  name: 'JSON.parse by line',
  read: (path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => featureToRow(JSON.parse(line))),
};

export const hyparquetReader: IndependentReader = {
  name: 'hyparquet',
  async read(path) {
    const rows = await parquetReadObjects({
      file: new Uint8Array(readFileSync(path)).buffer,
      utf8: false,
      geoparquet: false,
    });
    return rows.map(({ geometry, bbox, ...values }) => {
      const row: Row = { ...pointToRow(geometry, 0), ...values };
      checkCovering(row, bbox);
      if ((row.break_date as unknown) instanceof Date) {
        row.break_date = (row.break_date as unknown as Date).toISOString().slice(0, 10);
      }
      return row;
    });
  },
};

function checkCovering(row: Row, box: Record<string, number | null>): void {
  const { xmin, xmax, ymin, ymax } = box;
  const { longitude, latitude } = row as Record<string, number | null>;
  if (longitude === null || latitude === null) {
    if (xmin ?? xmax ?? ymin ?? ymax) throw new Error('a box without a point');
    return;
  }
  const covers = xmin! <= longitude && longitude <= xmax! && ymin! <= latitude && latitude <= ymax!;
  if (!covers || xmax! - xmin! > 1e-6 || ymax! - ymin! > 1e-5)
    throw new Error('the box does not fit its point');
}

export const pyarrowReader: IndependentReader = {
  name: 'pyarrow',
  missing: PYARROW_MISSING,
  read(path) {
    const program = `
import json, struct, sys, pyarrow.parquet as parquet
rows = parquet.read_table(sys.argv[1]).to_pylist()
for row in rows:
    point = row.pop("geometry")
    row.pop("bbox")
    row["longitude"], row["latitude"] = struct.unpack("<5x2d", point) if point else (None, None)
print(json.dumps(rows, default=lambda value: value.isoformat()))
`;
    return JSON.parse(
      execFileSync('python3', ['-c', program, path], { encoding: 'utf8', maxBuffer: OUTPUT_LIMIT }),
    );
  },
};

export const sqliteReader: IndependentReader = {
  name: 'SQLite',
  read(path) {
    const database = openSqlite(path);
    const rows = database.query('SELECT * FROM points ORDER BY fid').map(({ fid, geom, ...values }) => {
      const row = { ...pointToRow(geom as Uint8Array | null, 8), ...values } as Row;
      if (row.is_reliable !== null) row.is_reliable = row.is_reliable === 1;
      return row;
    });
    database.close();
    return rows;
  },
};

/** GDAL, whatever the file's format: it recognises it by itself. */
export const gdalReader: IndependentReader = {
  name: 'GDAL',
  missing: GDAL_MISSING,
  read(path) {
    const options = ['-lco', 'COORDINATE_PRECISION=15', '-lco', 'SIGNIFICANT_FIGURES=17'];
    const text = execFileSync('ogr2ogr', ['-f', 'GeoJSONSeq', ...options, '/vsistdout/', path, 'points'], {
      encoding: 'utf8',
      maxBuffer: OUTPUT_LIMIT,
    });
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const row = featureToRow(JSON.parse(line));
        if (typeof row.break_date === 'string') row.break_date = row.break_date.replaceAll('/', '-');
        return row;
      });
  },
};

/**
 * GDAL on FlatGeobuf, whose rows stand in an order of their own. By way of a GeoPackage, since GDAL prints no more than
 * eight digits of a single-precision number.
 */
export const flatgeobufReader: IndependentReader = {
  ...gdalReader,
  async read(path) {
    const copy = `${path}.gpkg`;
    execFileSync('ogr2ogr', ['-f', 'GPKG', copy, path]);
    const found = await sqliteReader.read(copy);
    rmSync(copy);
    const names = new Set([...FIELD_NAMES, ...found.flatMap(Object.keys)]);
    const rows = found.map((row): Row => {
      const whole = Object.fromEntries(Array.from(names, (name) => [name, row[name] ?? null]));
      const day = typeof row.break_date === 'string' ? row.break_date.slice(0, 10) : null;
      return { ...whole, break_date: day };
    });
    return rows.sort((left, right) => rowOf(left.pid) - rowOf(right.pid));
  },
};

/** The row of the sample that a pid stands in. */
function rowOf(pid: Row[string]): number {
  const awkward = AWKWARD_PIDS.indexOf(String(pid));
  return awkward >= 0 ? awkward : Number(String(pid).replace('point-', ''));
}
