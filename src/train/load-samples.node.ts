import { MOST_TABLE_BYTES, readText } from '../read/file-source.node.js';
import { openDatasets } from '../read/open-datasets.node.js';
import { createPidRegister } from '../read/pid-register.js';
import type { Dataset } from '../series/dataset.js';
import type { LabelSource } from './join-labels.js';
import { parseLabelFile } from './label-file.js';
import { type FileUnits, unitOfFile } from './load-readings.node.js';
import {
  collectReferenceSamples,
  type ReferenceOptions,
  type ReferenceSamples,
} from './reference-samples.js';

export interface SampleRequest extends ReferenceOptions {
  /** Path of a label file; without it `labelColumn` is a column of the series' own files. */
  readonly labels?: string;
  readonly labelColumn?: string;
  readonly secondColumn?: string;
  readonly units: FileUnits;
}

/** Opens files of series, each in its own unit; a point that comes twice among them counts once. */
export async function openSeries(paths: readonly string[], units: FileUnits): Promise<Dataset[]> {
  const pids = createPidRegister();
  const datasets: Dataset[] = [];
  for (const path of paths) {
    datasets.push(...(await openDatasets([path], { units: unitOfFile(path, units), pids })));
  }
  return datasets;
}

/** Opens series and their labels and joins them; see `collectReferenceSamples` for what is thrown. */
export async function loadReferenceSamples(
  paths: readonly string[],
  request: SampleRequest,
): Promise<ReferenceSamples> {
  const { labels, labelColumn, secondColumn } = request;
  const source: LabelSource =
    labels === undefined
      ? { kind: 'column', column: labelColumn ?? 'label' }
      : {
          kind: 'table',
          table: parseLabelFile(await readText(labels, MOST_TABLE_BYTES), labels, {
            label: labelColumn,
            second: secondColumn,
          }),
        };
  return collectReferenceSamples(await openSeries(paths, request.units), source, request);
}
