import { GroundTrendError } from '../errors.js';
import { formatCompactDay } from '../series/epoch-axis.js';
import type { ResultBatch, ResultSchema } from '../series/result-table.js';

/**
 * Where encoded bytes go: a file in Node, memory in a page.
 *
 * The bytes may be reused by the caller as soon as the promise of `write` is fulfilled.
 */
export interface ByteSink {
  /** Takes the next bytes. Throws what the place of the bytes throws. */
  write(bytes: Uint8Array): Promise<void>;
  /** No bytes follow. */
  close(): Promise<void>;
}

/** Turns batches into the bytes of one format; `finish` writes what comes last and closes the sink. */
export interface ResultEncoder {
  /** Takes the next rows. */
  write(batch: ResultBatch): Promise<void>;
  /** Writes what comes last and closes the sink. */
  finish(): Promise<void>;
}

/** What fills a temporary file: `finish` leaves it whole and closed, `close` just closes it. */
export interface OutputTarget extends ResultEncoder {
  close(): Promise<void>;
}

/** Names of the displacement columns, one a date (`D20200103`); none without a series. */
export function listSeriesColumns(schema: ResultSchema): readonly string[] {
  return schema.series ? Array.from(schema.series.days, (day) => `D${formatCompactDay(day)}`) : [];
}

/**
 * Names of all columns but the geometry, in writing order: the fields, then the displacements.
 *
 * Throws `output` where two of them are the same; case is ignored, as SQL and many readers do.
 */
export function listColumns(schema: ResultSchema): readonly string[] {
  const names = [...schema.fields.map((field) => field.name), ...listSeriesColumns(schema)];
  const seen = new Set<string>();
  for (const name of names) {
    const key = name.toLowerCase();
    if (seen.has(key)) {
      throw new GroundTrendError('output', `Two columns of the result are called ${JSON.stringify(name)}.`);
    }
    seen.add(key);
  }
  return names;
}

/** What the fields say of themselves, by name; fields that say nothing are left out. */
export function describeColumns({ fields }: ResultSchema): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap(({ name, description }) => (description === undefined ? [] : [[name, description]])),
  );
}

/** The wanted name, or the first of `name_1`, `name_2`, ... that no column bears. */
export function chooseFreeName(wanted: string, taken: readonly string[]): string {
  const seen = new Set(taken.map((name) => name.toLowerCase()));
  let name = wanted;
  for (let number = 1; seen.has(name.toLowerCase()); number++) name = `${wanted}_${number}`;
  return name;
}

/** Throws where a batch does not have the columns that its schema promised: a mistake of the caller. */
export function checkBatch(schema: ResultSchema, batch: ResultBatch): void {
  const { fields, series } = schema;
  const columns = batch.packed ?? batch.columns;
  if (columns.length !== fields.length) {
    throw new Error(`A batch has ${columns.length} columns, its schema ${fields.length}.`);
  }
  columns.forEach((column, index) => {
    const { length } = 'lengths' in column ? column.lengths : column;
    if (length < batch.count) {
      throw new Error(`Column ${fields[index].name} has ${length} values for ${batch.count} rows.`);
    }
  });
  if ((batch.shapes !== undefined) !== (schema.hasShapes === true)) {
    throw new Error('A batch carries shapes exactly when its schema says so.');
  }
  const wanted = series ? series.days.length * batch.count : undefined;
  if ((batch.displacements === undefined) !== (wanted === undefined)) {
    throw new Error('A batch carries displacements exactly when its schema has a series.');
  }
  if (batch.displacements && wanted !== undefined && batch.displacements.length < wanted) {
    throw new Error(`A batch has ${batch.displacements.length} displacements, ${wanted} are needed.`);
  }
}
