import { GroundTrendError, throwIfCancelled } from '../errors.js';
import type { Dataset } from '../series/dataset.js';
import { type SeriesBatch, seriesOf } from '../series/series-batch.js';
import type { LabelRow, LabelTable } from './label-file.js';
import { LABEL_PROBLEMS, type Problems } from './label-problems.js';

/** Where labels come from: a label file, or a column of the series' own files. */
export type LabelSource =
  | { readonly kind: 'table'; readonly table: LabelTable }
  | { readonly kind: 'column'; readonly column: string };

/** A series that some label names. */
export interface LabelledPoint {
  readonly pid: string;
  readonly label: string;
  readonly second: string | undefined;
  readonly longitude: number;
  readonly latitude: number;
  readonly series: Float32Array;
}

export interface JoinedDataset {
  readonly dataset: Dataset;
  readonly points: LabelledPoint[];
}

/** Series of datasets that a label table names. */
export async function joinTable(
  datasets: readonly Dataset[],
  table: LabelTable,
  signal: AbortSignal | undefined,
  problems: Problems,
): Promise<JoinedDataset[]> {
  const rows = uniqueRows(table, problems);
  const byPid = new Map<string, LabelRow[]>();
  for (const row of rows) byPid.set(row.pid, [...(byPid.get(row.pid) ?? []), row]);
  /** Of every row, how many files have its series. */
  const met = new Map<LabelRow, number>();
  const joined: { readonly dataset: Dataset; readonly found: Map<LabelRow, LabelledPoint> }[] = [];
  for (const dataset of datasets) {
    const found = new Map<LabelRow, LabelledPoint>();
    for await (const batch of dataset.batches({ signal })) {
      throwIfCancelled(signal);
      batch.pids.forEach((pid, index) => {
        const row = byPid.get(pid)?.find(({ file }) => file === undefined || isSameFile(dataset.name, file));
        if (row !== undefined) found.set(row, takePoint(batch, index, row.label, row.second));
      });
    }
    for (const row of found.keys()) met.set(row, (met.get(row) ?? 0) + 1);
    joined.push({ dataset, found });
  }
  // Files of some makers all count their points from 1: which of them is meant cannot be told.
  const isDoubtful = (row: LabelRow) => row.file === undefined && (met.get(row) ?? 0) > 1;
  for (const row of rows) {
    const example = `${row.pid} (${table.name} line ${row.line})`;
    if (!met.has(row)) problems.add(LABEL_PROBLEMS.noSeries, example);
    else if (isDoubtful(row)) problems.add(LABEL_PROBLEMS.manySeries, example);
  }
  return joined.map(({ dataset, found }) => ({
    dataset,
    points: [...found].flatMap(([row, point]) => (isDoubtful(row) ? [] : point)),
  }));
}

/** One row a series; where rows contradict each other none of them is kept. */
function uniqueRows(table: LabelTable, problems: Problems): LabelRow[] {
  const bySeries = new Map<string, LabelRow[]>();
  for (const row of table.rows) {
    const key = `${row.file ?? ''}\n${row.pid}`;
    bySeries.set(key, [...(bySeries.get(key) ?? []), row]);
  }
  const kept: LabelRow[] = [];
  for (const rows of bySeries.values()) {
    const labels = new Set(rows.map(({ label }) => label.toLowerCase()));
    const [first, ...others] = rows;
    if (labels.size > 1) {
      const lines = rows.map(({ line, label }) => `${label} in line ${line}`).join(', ');
      problems.add(LABEL_PROBLEMS.contradiction, `${first.pid} (${table.name}: ${lines})`);
      continue;
    }
    for (const { pid, line } of others) {
      problems.add(LABEL_PROBLEMS.duplicate, `${pid} (${table.name} line ${line})`);
    }
    kept.push(first);
  }
  return kept;
}

/** Whether a label file means this dataset: `a.zip` and `folder/a.zip` both mean `/data/folder/a.zip/a.csv`. */
function isSameFile(datasetName: string, file: string): boolean {
  const wanted = `/${file.replaceAll('\\', '/').split('/').pop()}/`;
  return `/${datasetName.replaceAll('\\', '/')}/`.includes(wanted);
}

/** Series of datasets with a label in a column of their own. */
export async function joinColumn(
  datasets: readonly Dataset[],
  column: string,
  signal: AbortSignal | undefined,
): Promise<JoinedDataset[]> {
  const joined: JoinedDataset[] = [];
  for (const dataset of datasets) {
    if (!dataset.fields.some(({ name }) => name === column)) {
      throw new GroundTrendError('input', `There is no column ${column} with labels.`, {
        place: { file: dataset.name },
        advice: `It has: ${dataset.fields.map(({ name }) => name).join(', ') || 'displacements only'}. A label file is given with --labels.`,
      });
    }
    const points: LabelledPoint[] = [];
    for await (const batch of dataset.batches({ signal })) {
      throwIfCancelled(signal);
      const attribute = batch.attributes.find(({ name }) => name === column);
      batch.pids.forEach((_, index) => {
        const value = attribute?.values[index];
        const label = value === undefined || Number.isNaN(value) ? '' : String(value);
        if (label !== '') points.push(takePoint(batch, index, label, undefined));
      });
    }
    joined.push({ dataset, points });
  }
  return joined;
}

function takePoint(
  batch: SeriesBatch,
  index: number,
  label: string,
  second: string | undefined,
): LabelledPoint {
  return {
    pid: batch.pids[index],
    label,
    second,
    longitude: batch.longitude[index],
    latitude: batch.latitude[index],
    series: seriesOf(batch, index).slice(),
  };
}
