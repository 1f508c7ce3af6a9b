import { mkdir } from 'node:fs/promises';
import type { Download } from './address-list.js';
import { type DownloadOptions, type DownloadResult, downloadFile } from './download.node.js';

/** Brings all files of a list into a folder, several at a time; the results are in the list's order. */
export async function downloadList(
  downloads: readonly Download[],
  { parallel, ...options }: DownloadOptions & { readonly parallel: number },
): Promise<DownloadResult[]> {
  await mkdir(options.folder, { recursive: true });
  const results: DownloadResult[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < downloads.length; index = next++) {
      results[index] = await downloadFile(downloads[index], options);
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, downloads.length) }, work));
  return results;
}
