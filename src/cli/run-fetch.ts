import { GroundTrendError } from '../errors.js';
import { readAddressList } from '../fetch/address-list.js';
import type { DownloadResult } from '../fetch/download.node.js';
import { downloadList } from '../fetch/download-list.node.js';
import { createPace } from '../fetch/pace.js';
import { MOST_LIST_BYTES, readText } from '../read/file-source.node.js';
import { showText } from '../shown-text.js';
import { formatBytes } from './numbers.js';

export interface FetchRequest {
  readonly folder: string;
  readonly parallel: number;
  readonly silenceSeconds: number;
  readonly firstDelaySeconds: number;
  readonly signal: AbortSignal;
  readonly onBytes: (total: number) => void;
}

export async function runFetch(listPath: string, request: FetchRequest): Promise<DownloadResult[]> {
  const text = await readText(listPath, MOST_LIST_BYTES);
  const downloads = readAddressList(text, listPath);
  if (downloads.length === 0) {
    throw new GroundTrendError('input', 'This list holds no address.', { place: { file: listPath } });
  }
  let total = 0;
  return downloadList(downloads, {
    folder: request.folder,
    parallel: request.parallel,
    pace: createPace(request.firstDelaySeconds * 1000),
    silenceMs: request.silenceSeconds * 1000,
    signal: request.signal,
    onBytes: (count) => {
      total += count;
      request.onBytes(total);
    },
  });
}

export function formatDownloads(results: readonly DownloadResult[], folder: string): string {
  const lines = results.map((result) =>
    result.state === 'failed'
      ? `failed:  ${showText(`${result.fileName}: ${result.reason}`)}`
      : `${result.state === 'present' ? 'present' : 'fetched'}: ${showText(result.fileName)} (${formatBytes(result.bytes)})`,
  );
  const whole = results.filter(({ state }) => state !== 'failed').length;
  lines.push(`${whole} of ${results.length} files are whole in ${showText(folder)}`);
  return `${lines.join('\n')}\n`;
}

/** Throws `input` where a file is missing, after the others have been told of. */
export function requireAll(results: readonly DownloadResult[]): void {
  const failed = results.filter(({ state }) => state === 'failed').length;
  if (failed === 0) return;
  throw new GroundTrendError('input', `${failed} of ${results.length} files could not be fetched.`, {
    advice: 'Run the same command again: what is here already is not fetched twice.',
  });
}
