import { GroundTrendError } from '../errors.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { SAMPLE_LABELS, type SampleLabel } from '../simulate/material-label.js';

/** Labels that one or more people (or machines) gave to one series. */
export interface Reading {
  /** File of the series, relative to the folder of the table. */
  readonly file: string;
  readonly pid: string;
  /** One code of `SAMPLE_LABELS` for every reader. */
  readonly labels: readonly number[];
}

/** Labelled real series of one file. */
export interface ReadSeries {
  readonly file: string;
  readonly axis: EpochAxis;
  readonly count: number;
  /** Row-major, mm. */
  readonly displacements: Float32Array;
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
  /** One array of codes for every reader. */
  readonly readers: readonly Uint8Array[];
}

/**
 * Reads a table with the columns `file`, `pid` and one column a reader whose name begins with `label`. Throws `input`
 * with the line for an unknown label or a row cut short.
 */
export function parseReadings(text: string, name: string): Reading[] {
  const [head, ...lines] = text.split(/\r?\n/);
  const columns = head.split(',');
  const fileColumn = columns.indexOf('file');
  const pidColumn = columns.indexOf('pid');
  const labelColumns = columns.flatMap((column, index) => (/^label/.test(column) ? [index] : []));
  if (fileColumn < 0 || pidColumn < 0 || labelColumns.length === 0) {
    throw new GroundTrendError('input', 'A table of readings needs the columns file, pid and label...', {
      place: { file: name, line: 1 },
    });
  }
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    const cells = line.split(',');
    const place = { file: name, line: index + 2 };
    if (cells.length !== columns.length) {
      throw new GroundTrendError('input', `This row has ${cells.length} cells, not ${columns.length}.`, {
        place,
      });
    }
    const labels = labelColumns.map((column) => {
      const code = SAMPLE_LABELS.indexOf(cells[column] as SampleLabel);
      if (code >= 0) return code;
      throw new GroundTrendError('input', `"${cells[column]}" is none of ${SAMPLE_LABELS.join(', ')}.`, {
        place: { ...place, column: columns[column] },
      });
    });
    return [{ file: cells[fileColumn], pid: cells[pidColumn], labels }];
  });
}
