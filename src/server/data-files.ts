import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendText } from './answers.js';
import { parseRange } from './byte-range.js';

/** A single answer holds no more than this; a reader asks again for the rest. */
const LARGEST_RANGE_BYTES = 256 << 20;

/**
 * The files that the page may read, by the name it asks for. They are held open, so that a name leads to the same bytes
 * as long as the server runs, whatever becomes of the path.
 */
export interface DataFiles {
  add(name: string, path: string): Promise<void>;
  /** Answers a request for a file, whole or by a range; `false` where there is none of that name. */
  send(name: string, request: IncomingMessage, response: ServerResponse): boolean;
  close(): Promise<void>;
}

interface DataFile {
  readonly handle: FileHandle;
  readonly size: number;
}

export function createDataFiles(): DataFiles {
  const files = new Map<string, DataFile>();
  return {
    async add(name, path) {
      const handle = await open(path, 'r');
      await files.get(name)?.handle.close();
      files.set(name, { handle, size: (await handle.stat()).size });
    },
    send(name, request, response) {
      const file = files.get(name);
      if (file === undefined) return false;
      sendRange(request, response, file);
      return true;
    },
    async close() {
      await Promise.all([...files.values()].map(({ handle }) => handle.close()));
    },
  };
}

function sendRange(request: IncomingMessage, response: ServerResponse, { handle, size }: DataFile): void {
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Content-Type', 'application/octet-stream');
  const range = parseRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${size}`);
    sendText(response, 416, 'The file ends before this range.');
    return;
  }
  let start = 0;
  let end = size - 1;
  if (range !== 'whole') {
    start = range.start;
    end = Math.min(range.end, start + LARGEST_RANGE_BYTES - 1);
    response.statusCode = 206;
    response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  }
  response.setHeader('Content-Length', end - start + 1);
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  // Many ranges are read at once from one descriptor, which stays open.
  createReadStream('', { fd: handle.fd, start, end, autoClose: false })
    .on('error', () => response.destroy())
    .pipe(response);
}
