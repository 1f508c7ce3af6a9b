import { stat } from 'node:fs/promises';
import { GroundTrendError } from '../errors.js';
import type { BatchOptions } from '../series/dataset.js';
import { type DatasetText, textOf } from './delimited/text-plan.js';
import type { SourceDataset } from './source-dataset.js';

/** A file, and what tells two states of it apart without reading it. */
interface WatchedFile {
  readonly path: string;
  readonly state: string | undefined;
}

/**
 * The dataset with a look, at the end of every pass or at its failure, whether its files are still those that were
 * opened: one cut short or written over meanwhile must not pass for a smaller map.
 *
 * `batches`, and the blocks of a text, throw `input` where a file has changed or is gone.
 */
export async function watchFiles(dataset: SourceDataset, paths: readonly string[]): Promise<SourceDataset> {
  const opened = await Promise.all(paths.map(async (path) => ({ path, state: await stateOf(path) })));
  const files = opened.filter(({ state }) => state !== undefined);
  const watch = (source: SourceDataset): SourceDataset => {
    const batches = (options?: BatchOptions) => watchPass(source.batches(options), files);
    const text = textOf(source);
    return {
      ...source,
      rows: source.rows && { ...source.rows, select: (range) => watch(source.rows!.select(range)) },
      batches,
      // The same text, so that other threads can go on reading it.
      text: text && { ...text, batches, startPass: () => watchText(text, files) },
    };
  };
  return watch(dataset);
}

function watchText(text: DatasetText, files: readonly WatchedFile[]): ReturnType<DatasetText['startPass']> {
  const pass = text.startPass();
  return { ...pass, read: (options, memory) => watchPass(pass.read(options, memory), files) };
}

async function* watchPass<Part>(
  parts: AsyncIterable<Part>,
  files: readonly WatchedFile[],
): AsyncGenerator<Part> {
  try {
    yield* parts;
  } catch (cause) {
    for (const file of files) await requireSame(file, cause);
    throw cause;
  }
  for (const file of files) await requireSame(file);
}

async function requireSame({ path, state }: WatchedFile, cause?: unknown): Promise<void> {
  const now = await stateOf(path);
  if (now === state) return;
  throw new GroundTrendError(
    'input',
    now === undefined ? 'The file went away while it was read.' : 'The file was changed while it was read.',
    { place: { file: path }, advice: 'Start again when nothing writes to it any more.', cause },
  );
}

async function stateOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? `${found.size} bytes, ${found.mtimeMs} ms` : undefined;
}
