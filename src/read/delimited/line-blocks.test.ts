import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../byte-source.js';
import { type LineBlockOptions, readLineBlocks } from './line-blocks.js';

const MIB = 1 << 20;

/** Lines of these lengths, their ends included, in chunks of another length; nothing is ever held whole. */
function sourceOf(lineBytes: number, lines: number, chunkBytes: number): ByteSource {
  return {
    name: 'lines.txt',
    totalBytes: lineBytes * lines,
    isSeekable: false,
    async *open() {
      for (let at = 0; at < lineBytes * lines; at += chunkBytes) {
        const chunk = new Uint8Array(Math.min(chunkBytes, lineBytes * lines - at)).fill(120);
        for (let end = lineBytes - 1 - (at % lineBytes); end < chunk.length; end += lineBytes)
          chunk[end] = 10;
        yield chunk;
      }
    },
  };
}

async function cut(source: ByteSource, linesPerBlock: number) {
  const options: LineBlockOptions = { headerBytes: 0, firstLine: 2, linesPerBlock };
  const blocks: [firstLine: number, bytes: number][] = [];
  for await (const { bytes, length, firstLine } of readLineBlocks(source, options)) {
    expect(bytes[length - 1]).toBe(10);
    blocks.push([firstLine, length]);
  }
  return blocks;
}

describe('readLineBlocks', () => {
  it('gives so many lines a block, wherever chunks are cut', async () => {
    for (const chunkBytes of [1, 7, 10, 64, 1000]) {
      expect(await cut(sourceOf(10, 25, chunkBytes), 8)).toEqual([
        [2, 80],
        [10, 80],
        [18, 80],
        [26, 10],
      ]);
    }
  });

  it('ends a block of very long lines early, and begins anew where one of short lines would', async () => {
    for (const chunkBytes of [MIB, 3 * MIB + 1, 45 * MIB]) {
      expect(await cut(sourceOf(20 * MIB, 9, chunkBytes), 6)).toEqual([
        // Four lines are the first to reach 64 MiB; two are left of six.
        [2, 80 * MIB],
        [6, 40 * MIB],
        [8, 60 * MIB],
      ]);
    }
  });

  it('refuses a line that does not end', async () => {
    await expect(cut(sourceOf(70 * MIB, 1, MIB), 6)).rejects.toThrow(/A line is longer than 64 MiB/);
  });
});
