import type { ResultBatch, ResultSchema, ResultWriter } from '../series/result-table.js';
import { openWriter, type WriterOptions } from './open-writer.node.js';

/** Opens every output, or none: where one cannot be, the others are removed again. Throws as `openWriter` does. */
export async function openWriters(
  paths: readonly string[],
  schema: ResultSchema,
  options: WriterOptions,
): Promise<ResultWriter[]> {
  const writers: ResultWriter[] = [];
  try {
    for (const path of paths) writers.push(await openWriter(path, schema, { style: true, ...options }));
    return writers;
  } catch (error) {
    await abortWriters(writers);
    throw error;
  }
}

/**
 * Names outputs that belong together once all of them are whole: a disk that fills up at the last one leaves none.
 * `beforeNames` is run between the two steps.
 */
export async function finishWriters(
  writers: readonly ResultWriter[],
  beforeNames?: () => Promise<unknown>,
): Promise<void> {
  for (const writer of writers) await writer.complete();
  await beforeNames?.();
  for (const writer of writers) await writer.finish();
}

/** Removes what outputs hold so far; those that are named stay. */
export async function abortWriters(writers: readonly ResultWriter[]): Promise<void> {
  await Promise.allSettled(writers.map((writer) => writer.abort()));
}

/** Writes a table of one batch to every output; they appear together. */
export async function writeTable(
  paths: readonly string[],
  schema: ResultSchema,
  overwrite: boolean,
  rows: ResultBatch,
): Promise<void> {
  const writers = await openWriters(paths, schema, { overwrite });
  try {
    for (const writer of writers) await writer.write(rows);
    await finishWriters(writers);
  } catch (error) {
    await abortWriters(writers);
    throw error;
  }
}
