import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { GroundTrendError } from '../errors.js';
import { openFileSource } from '../read/file-source.node.js';

const LINE_FEED = 10;
const SAMPLE_BYTES = 1 << 16;

export interface InputSurvey {
  readonly bytes: number;
  /** SHA-256 of all bytes. */
  readonly sha256: string;
  /** Where every `linesPerStep`-th row starts, the first included; empty where no rows were asked for. */
  readonly rowStarts: readonly number[];
}

/**
 * Reads a file once from end to end: its hash and, for a table whose rows start at `rows.start`, where the rows stand
 * in steps of `rows.linesPerStep` lines.
 */
export async function surveyInput(
  path: string,
  rows: { readonly start: number; readonly linesPerStep: number } | undefined,
  signal?: AbortSignal,
): Promise<InputSurvey> {
  const source = await openFileSource(path, path);
  const hash = createHash('sha256');
  const rowStarts: number[] = rows === undefined ? [] : [rows.start];
  let offset = 0;
  let linesLeft = rows?.linesPerStep ?? 0;
  for await (const chunk of source.open({ signal })) {
    hash.update(chunk);
    if (rows !== undefined) {
      let from = Math.max(0, rows.start - offset);
      for (let at = chunk.indexOf(LINE_FEED, from); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        from = at + 1;
        if (--linesLeft > 0) continue;
        linesLeft = rows.linesPerStep;
        rowStarts.push(offset + from);
      }
    }
    offset += chunk.length;
  }
  if (rowStarts.length > 1 && rowStarts[rowStarts.length - 1] === offset) rowStarts.pop();
  return { bytes: offset, sha256: hash.digest('hex'), rowStarts };
}

/** SHA-256 of a file's length and of its first, middle and last 64 KiB: cheap enough to be asked by every shard. */
export async function hashSample(path: string): Promise<string> {
  const { size } = await stat(path);
  const hash = createHash('sha256').update(`${size}\n`);
  const handle = await open(path, 'r');
  try {
    const buffer = new Uint8Array(SAMPLE_BYTES);
    for (const position of [0, Math.max(0, Math.floor(size / 2)), Math.max(0, size - SAMPLE_BYTES)]) {
      const { bytesRead } = await handle.read(buffer, 0, SAMPLE_BYTES, position);
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** Throws `input` where a file is not the one that the job was planned for. */
export async function requireSameInput(
  path: string,
  planned: { readonly bytes: number; readonly sampleSha256: string },
): Promise<void> {
  if ((await hashSample(path)) === planned.sampleSha256) return;
  throw new GroundTrendError('input', 'This file has changed since the job was planned.', {
    place: { file: path },
    advice: 'Plan the job again.',
  });
}
