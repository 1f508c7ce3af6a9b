import { join } from 'node:path';
import { GroundTrendError } from '../errors.js';
import { isAddress, readAddressList } from '../fetch/address-list.js';
import { downloadList } from '../fetch/download-list.node.js';
import { createPace } from '../fetch/pace.js';
import { MOST_LIST_BYTES, readText } from '../read/file-source.node.js';
import { parseDateList } from '../read/point-text/date-list.js';
import type { InputOptions } from './input-options.js';
import { createProgress } from './progress.js';

/** What the options mean to the readers. */
export interface PreparedInputs {
  readonly files: readonly string[];
  readonly dates?: readonly number[];
  readonly columnNames?: readonly string[];
}

const FILES_AT_ONCE = 4;
const FIRST_DELAY_MS = 2000;
const SILENCE_MS = 60_000;

/**
 * Downloads what is an address among the inputs, as `fetch` does, and reads the list of dates.
 *
 * Throws `input` where an address cannot be fetched; no message holds what follows the `?` in it.
 */
export async function prepareInputs(
  inputs: readonly string[],
  { dates, columns, downloads }: InputOptions,
  signal: AbortSignal,
): Promise<PreparedInputs> {
  return {
    files: await bringFiles(inputs, downloads, signal),
    ...(dates !== undefined && {
      dates: parseDateList(await readText(dates, MOST_LIST_BYTES), dates),
    }),
    ...(columns !== undefined && { columnNames: columns.split(',').map((name) => name.trim()) }),
  };
}

async function bringFiles(
  inputs: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const addresses = inputs.filter(isAddress);
  if (addresses.length === 0) return inputs;
  const downloads = readAddressList(addresses.join('\n'), 'the command line');
  const progress = createProgress('fetch', 'bytes');
  let total = 0;
  const results = await downloadList(downloads, {
    folder,
    parallel: FILES_AT_ONCE,
    pace: createPace(FIRST_DELAY_MS),
    silenceMs: SILENCE_MS,
    signal,
    onBytes: (count) => {
      total += count;
      progress.update({ fraction: undefined, done: total });
    },
  }).finally(() => progress.finish());
  const failed = results.flatMap((result) => (result.state === 'failed' ? [result] : []));
  if (failed.length > 0) {
    throw new GroundTrendError(
      'input',
      `${failed.length} of ${results.length} files could not be fetched: ` +
        failed.map(({ fileName, reason }) => `${fileName} (${reason})`).join('; '),
      { advice: 'Run the same command again: what is here already is not fetched twice.' },
    );
  }
  return [
    ...inputs.filter((input) => !isAddress(input)),
    ...results.map(({ fileName }) => join(folder, fileName)),
  ];
}
