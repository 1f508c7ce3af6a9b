import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createBlockMemory } from './delimited/block-memory.js';
import type { LineBlock } from './delimited/line-blocks.js';
import { textOf } from './delimited/text-plan.js';
import { openDatasets } from './open-datasets.node.js';

const folder = mkdtempSync(join(tmpdir(), 'groundtrend-steady-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = Array.from({ length: 200 }, (_, i) => `p${i},38.${100 + i},13.5,${i % 7}.5,-1.0\n`).join('');

async function openText(name: string) {
  const path = join(folder, name);
  writeFileSync(path, `pid,latitude,longitude,20200103,20200109\n${ROWS}`);
  const [dataset] = await openDatasets([path]);
  return { path, dataset };
}

describe('a file that is watched', () => {
  it('is text that other threads can read, all of it and a part', async () => {
    const { dataset } = await openText('whole.csv');
    expect(textOf(dataset)).toBeDefined();
    const { rows } = dataset;
    expect(textOf(rows!.select(rows!))).toBeDefined();
  });

  it('gives its blocks to the end', async () => {
    const { dataset } = await openText('blocks.csv');
    const pass = textOf(dataset)!.startPass();
    const blocks: LineBlock[] = [];
    for await (const block of pass.read({ pointsPerBatch: 64 }, createBlockMemory())) blocks.push(block);
    expect(blocks).toHaveLength(Math.ceil(200 / 64));
  });

  it('is refused as blocks when it was changed meanwhile', async () => {
    const { path, dataset } = await openText('changed.csv');
    const pass = textOf(dataset)!.startPass();
    const readAll = async () => {
      for await (const _ of pass.read({ pointsPerBatch: 64 }, createBlockMemory()))
        appendFileSync(path, 'p,1,2,3,4\n');
    };
    await expect(readAll()).rejects.toThrow('The file was changed while it was read.');
  });
});
