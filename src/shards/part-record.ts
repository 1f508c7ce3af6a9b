import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Job } from './manifest.js';

const count = z.int().min(0);

const recordSchema = z.object({
  formatVersion: z.literal(1),
  /** Hash of the manifest that the part belongs to. */
  manifest: z.string(),
  shard: count,
  bytes: count,
  sha256: z.string(),
  /** Rows written, and those read before the filters. */
  rows: count,
  rowsRead: count,
  skipped: z.array(
    z.object({
      reason: z.string(),
      count,
      examples: z.array(
        z.object({
          file: z.string(),
          line: z.int().optional(),
          row: z.int().optional(),
          column: z.string().optional(),
          pid: z.string().optional(),
        }),
      ),
    }),
  ),
  filtered: z.object({ belowCoherence: count, outsideBox: count }),
  warnings: z.array(z.string()),
  seconds: z.number(),
  peakMemoryBytes: count,
  host: z.string(),
});

/**
 * What is known of a finished part. It is written after the part has its name: a shard is done when its record is there
 * and the part is what the record says.
 */
export type PartRecord = z.infer<typeof recordSchema>;

export function partPath(folder: string, shard: number): string {
  return join(folder, 'parts', `part-${String(shard).padStart(6, '0')}.rows`);
}

export function recordPath(folder: string, shard: number): string {
  return join(folder, 'parts', `part-${String(shard).padStart(6, '0')}.json`);
}

/** The record of a shard, or `undefined` where there is none of this plan with a part of the right size beside it. */
export async function readRecord(job: Job, shard: number): Promise<PartRecord | undefined> {
  const text = await readFile(recordPath(job.folder, shard), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const record = parseRecord(text);
  if (record?.manifest !== job.hash || record.shard !== shard) return undefined;
  const size = await stat(partPath(job.folder, shard)).then(
    (found) => found.size,
    () => undefined,
  );
  return size === record.bytes ? record : undefined;
}

function parseRecord(text: string): PartRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** True where the bytes of a part are those that its record tells. */
export async function isPartWhole(job: Job, record: PartRecord): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(partPath(job.folder, record.shard))) hash.update(piece);
  } catch {
    return false;
  }
  return hash.digest('hex') === record.sha256;
}
