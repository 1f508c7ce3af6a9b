import { GroundTrendError } from '../errors.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { SAMPLE_LABELS, type SampleLabel } from '../simulate/material-label.js';
import type { LabelTable } from './label-file.js';

/** Labels that one or more people (or machines) gave to one series. */
export interface Reading {
  /** File of the series, relative to the folder of the table. */
  readonly file: string;
  readonly pid: string;
  /** One code of `SAMPLE_LABELS` for every reader. */
  readonly labels: readonly number[];
}

/** Labelled real series of one table of a file; only an archive holds several. */
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
 * The readings of a label table that names a file for every series. Throws `input` with the line for an unknown label or
 * a series without a file. Where there is one reading only it counts for both readers.
 */
export function readingsOf({ name, rows }: LabelTable): Reading[] {
  const known = new Set<string>();
  return rows.map(({ file, pid, label, second = label, line }) => {
    const place = { file: name, line };
    if (known.has(`${file}\n${pid}`)) {
      throw new GroundTrendError('input', `The series ${pid} of ${file} came before.`, {
        place,
        advice: 'A second reading has a column of its own; a series has one row.',
      });
    }
    known.add(`${file}\n${pid}`);
    if (file === undefined)
      throw new GroundTrendError('input', `The file of ${pid} is not named.`, { place });
    const labels = [label, second].map((text) => {
      const code = SAMPLE_LABELS.indexOf(text as SampleLabel);
      if (code >= 0) return code;
      throw new GroundTrendError('input', `"${text}" is none of ${SAMPLE_LABELS.join(', ')}.`, { place });
    });
    return { file, pid, labels };
  });
}
