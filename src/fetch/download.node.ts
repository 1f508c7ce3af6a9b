import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { throwIfCancelled } from '../errors.js';
import { toOutputError } from '../write/output-error.js';
import { syncFile, syncFolder } from '../write/sync.node.js';
import { type Download, showAddress } from './address-list.js';
import type { Pace } from './pace.js';
import { findZipFault } from './zip-check.node.js';

export interface DownloadOptions {
  readonly folder: string;
  /** Shared by all downloads from one list. */
  readonly pace: Pace;
  /** Without a byte for so long, a connection is given up and tried again. */
  readonly silenceMs: number;
  readonly signal?: AbortSignal;
  readonly onBytes?: (count: number) => void;
}

export type DownloadResult =
  | { readonly fileName: string; readonly state: 'fetched' | 'present'; readonly bytes: number }
  | { readonly fileName: string; readonly state: 'failed'; readonly reason: string };

/** Failures in a row, without a byte gained, after which a download is given up. */
const MOST_FAILURES = 6;

/** Ends a download at once: trying again would bring the same. */
class Refusal extends Error {}

/** What is known of a file that has come in part. */
interface PartRecord {
  /** ETag or date by which the server knows whether the file is still the same. */
  readonly version: string | undefined;
}

/**
 * Brings one file into a folder. It grows as `.name.part`, goes on where it stopped when the server can, is tried again
 * after failures that may pass, and gets its name once it is whole (a ZIP: once every checksum in it is right). A file
 * that is there already and whole is left as it is.
 *
 * A failure is a result, not an error, and tells nothing secret. Throws `cancelled`, and `output` for a full disk.
 */
export async function downloadFile(download: Download, options: DownloadOptions): Promise<DownloadResult> {
  const { fileName } = download;
  const path = join(options.folder, fileName);
  const partPath = join(options.folder, `.${fileName}.part`);
  const existing = await sizeOf(path);
  if (existing > 0 && (await findFault(path, fileName)) === undefined) {
    return { fileName, state: 'present', bytes: existing };
  }
  let failures = 0;
  for (;;) {
    throwIfCancelled(options.signal);
    const before = await sizeOf(partPath);
    let reason: string;
    try {
      await options.pace.wait(options.signal);
      await transfer(download, partPath, options);
      const fault = await findFault(partPath, fileName);
      if (fault === undefined) {
        await syncFile(partPath);
        await rename(partPath, path);
        await syncFolder(options.folder);
        await rm(`${partPath}.json`, { force: true });
        return { fileName, state: 'fetched', bytes: await sizeOf(path) };
      }
      await forget(partPath);
      reason = fault;
    } catch (error) {
      throwIfCancelled(options.signal);
      if (error instanceof Refusal) {
        return { fileName, state: 'failed', reason: error.message };
      }
      if (isSystemError(error)) {
        // Another process that fetches the same file may have been first.
        const bytes = await sizeOf(path);
        if (bytes > 0 && (error as NodeJS.ErrnoException).code === 'ENOENT') {
          return { fileName, state: 'present', bytes };
        }
        throw toOutputError(path, error);
      }
      reason = describeFailure(error);
    }
    failures = (await sizeOf(partPath)) > before ? 1 : failures + 1;
    if (failures >= MOST_FAILURES) {
      return {
        fileName,
        state: 'failed',
        reason: `given up after ${failures} attempts in a row at ${showAddress(download.address)}: ${reason}`,
      };
    }
    options.pace.slowDown(failures);
  }
}

/** One request, and its body to the end of the part. */
async function transfer(
  { address, fileName }: Download,
  partPath: string,
  { silenceMs, signal, onBytes, pace }: DownloadOptions,
): Promise<void> {
  const { version } = await readRecord(partPath);
  // Only an archive tells by its checksums whether two stretches belong together.
  const held = version !== undefined || isArchive(fileName) ? await sizeOf(partPath) : 0;
  const controller = new AbortController();
  const stop = () => controller.abort();
  signal?.addEventListener('abort', stop, { once: true });
  let timer = setTimeout(stop, silenceMs);
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (held > 0) {
      headers.range = `bytes=${held}-`;
      if (version !== undefined) headers['if-range'] = version;
    }
    const response = await fetch(address, { headers, signal: controller.signal });
    if (response.status === 416) {
      await response.body?.cancel();
      await forget(partPath);
      throw new Error('the server has less of the file than is here; starting anew');
    }
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw judgeStatus(response, pace);
    }
    const start = response.status === 206 ? startOfRange(response, held) : 0;
    if (start === 0) {
      // In this order, so that a version is never found beside bytes of another one.
      await forget(partPath);
      await writeFile(`${partPath}.json`, JSON.stringify({ version: versionOf(response) }));
    }
    const expected = Number(response.headers.get('content-length') ?? Number.NaN);
    const handle = await open(partPath, start > 0 ? 'r+' : 'w');
    let position = start;
    try {
      for await (const chunk of Readable.fromWeb(response.body as ReadableStream<Uint8Array>)) {
        clearTimeout(timer);
        timer = setTimeout(stop, silenceMs);
        for (let offset = 0; offset < chunk.length; ) {
          offset += (await handle.write(chunk, offset, chunk.length - offset, position + offset))
            .bytesWritten;
        }
        position += chunk.length;
        onBytes?.(chunk.length);
      }
    } finally {
      await handle.close();
    }
    if (position - start < expected) throw new Error('the connection ended before the file');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function startOfRange(response: Response, held: number): number {
  const match = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  if (match !== null && Number(match[1]) === held) return held;
  throw new Error('the server sent another part of the file than was asked for');
}

function versionOf(response: Response): string | undefined {
  const tag = response.headers.get('etag');
  // A weak tag does not promise the same bytes.
  if (tag !== null && !tag.startsWith('W/')) return tag;
  return response.headers.get('last-modified') ?? undefined;
}

/** The error that a status means: one that may pass, or a refusal. */
function judgeStatus(response: Response, pace: Pace): Error {
  const { status } = response;
  if (status === 429 || status === 503) {
    const after = response.headers.get('retry-after');
    if (after !== null) pace.pause(after);
    return new Error(
      status === 429 ? 'the server asks to slow down (429)' : 'the server is overloaded (503)',
    );
  }
  if (status >= 500 || status === 408 || status === 425) return new Error(`the server answered ${status}`);
  if (status === 401 || status === 403 || status === 410) {
    return new Refusal(
      `the server refuses (${status}): the list may have expired, ask the EGMS Explorer for a fresh one`,
    );
  }
  return new Refusal(
    status === 404 ? 'the server does not have this file (404)' : `the server answered ${status}`,
  );
}

/** Words that come from us or name a kind of failure; a library's message could hold the address. */
function describeFailure(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  if (name === 'AbortError') return 'the server fell silent';
  if (cause?.code !== undefined) return `the connection failed (${cause.code})`;
  return name === 'TypeError' ? 'the connection failed' : message;
}

/** Errors of the disk, not of the network. */
function isSystemError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string' && 'errno' in (error as object);
}

async function findFault(path: string, fileName: string): Promise<string | undefined> {
  return isArchive(fileName) ? findZipFault(path, fileName) : undefined;
}

function isArchive(fileName: string): boolean {
  return /\.zip$/i.test(fileName);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function readRecord(partPath: string): Promise<PartRecord> {
  try {
    return JSON.parse(await readFile(`${partPath}.json`, 'utf8')) as PartRecord;
  } catch {
    return { version: undefined };
  }
}

async function forget(partPath: string): Promise<void> {
  await rm(partPath, { force: true });
  await rm(`${partPath}.json`, { force: true });
}
