import { createHash } from 'node:crypto';
import type { RepairRecord } from '../classify/repair-outputs.node.js';
import type { ResultBatch, ResultWriter } from '../series/result-table.js';
import { openFileSink } from '../write/file-sink.node.js';
import { toOutputError } from '../write/output-error.js';
import { reserveOutput } from '../write/output-file.node.js';
import type { BatchClaims } from './claims.js';
import { encodeClaims, encodeRows, FRAME, frame, PART_MAGIC } from './part-format.js';
import { encodeRepairs } from './repair-frame.js';

/** Writes a part under a temporary name; `finish` gives it its own, whatever another attempt has put there. */
export interface PartWriter extends ResultWriter {
  /** Claims of the batches read since, whose rows come with later calls of `write`. */
  addClaims(dataset: number, claims: BatchClaims): void;
  /** What was repaired in the rows of the next call of `write`. */
  addRepairs(record: RepairRecord): void;
  readonly rows: number;
  readonly bytes: number;
  /** Of all bytes; once complete. */
  readonly sha256: string;
}

interface WaitingClaims {
  readonly dataset: number;
  readonly claims: BatchClaims;
}

export async function openPartWriter(path: string): Promise<PartWriter> {
  const output = await reserveOutput(path, { overwrite: true });
  const sink = await openFileSink(output.temporaryPath);
  const hash = createHash('sha256');
  const waiting: WaitingClaims[] = [];
  let repairs: RepairRecord | undefined;
  let rows = 0;
  let bytes = 0;
  let sha256 = '';

  async function append(pieces: readonly Uint8Array[]): Promise<void> {
    try {
      for (const piece of pieces) {
        hash.update(piece);
        bytes += piece.length;
        await sink.write(piece);
      }
    } catch (cause) {
      throw toOutputError(path, cause);
    }
  }

  /** Claims go before the rows of their batch; batches without a kept row have claims only. */
  async function appendClaims(isEnd: boolean): Promise<void> {
    while (waiting.length > 0) {
      const { dataset, claims } = waiting.shift()!;
      await append(encodeClaims(dataset, claims));
      if (!isEnd && claims.kept.includes(1)) return;
    }
  }

  async function complete(): Promise<void> {
    await appendClaims(true);
    await sink.close();
    sha256 = hash.digest('hex');
  }

  await append([PART_MAGIC]);
  return {
    path,
    get rows() {
      return rows;
    },
    get bytes() {
      return bytes;
    },
    get sha256() {
      return sha256;
    },
    addClaims(dataset, claims) {
      waiting.push({ dataset, claims });
    },
    addRepairs(record) {
      repairs = record;
    },
    async write(batch: ResultBatch) {
      await appendClaims(false);
      await append(encodeRows(batch));
      if (repairs) await append(frame(FRAME.repairs, [encodeRepairs(repairs)]));
      repairs = undefined;
      rows += batch.count;
    },
    complete,
    async finish() {
      if (sha256 === '') await complete();
      await output.publish();
    },
    async abort() {
      await sink.close().catch(() => {});
      await output.discard();
    },
  };
}
