import { expect, it } from 'vitest';
import type { SeriesBatch } from '../../series/series-batch.js';
import type { ByteSource } from '../byte-source.js';
import { createBlockMemory } from './block-memory.js';
import { createBlockScanner } from './block-scanner.js';
import type { LineBlock } from './line-blocks.js';
import { openDelimited } from './open-delimited.js';
import { textOf } from './text-plan.js';

const LINES_PER_BLOCK = 4;

function sourceOf(text: string, pieceLength: number): ByteSource {
  const bytes = new TextEncoder().encode(text);
  return {
    name: 'points.csv',
    totalBytes: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += pieceLength) yield bytes.slice(at, at + pieceLength);
    },
  };
}

/** Rows with a bad cell, a row too short, an empty line, and a point that comes again in another block. */
function makeTable(): string {
  const rows = Array.from({ length: 19 }, (_, i) => `p${i},38.${i},13.5,${i},${i}.5,-${i}.25`);
  rows[5] = 'p5,38.5,13.5,1,x,2';
  rows[9] = 'p9,38.5';
  rows.splice(12, 0, '', rows[2]);
  return ['pid,latitude,longitude,20200103,20200109,20200115', ...rows].join('\n');
}

function contentOf({ pids, displacements, latitude }: SeriesBatch): unknown {
  return { pids, displacements: [...displacements], latitude: [...latitude] };
}

it.each([3, 17, 10_000])(
  'gives what one reader gives, in whatever order blocks are scanned (pieces of %i bytes)',
  async (length) => {
    const dataset = await openDelimited(sourceOf(makeTable(), length));
    const whole: unknown[] = [];
    for await (const batch of dataset.batches({ pointsPerBatch: LINES_PER_BLOCK }))
      whole.push(contentOf(batch));
    const report = structuredClone(dataset.report);
    expect(report.skipped.map(({ count }) => count)).toEqual([1, 1, 1]);

    const text = textOf(dataset)!;
    const pass = text.startPass();
    const blocks: LineBlock[] = [];
    for await (const block of pass.read({ pointsPerBatch: LINES_PER_BLOCK }, createBlockMemory()))
      blocks.push(block);
    const scanner = createBlockScanner(structuredClone(text.plan), LINES_PER_BLOCK);
    const scanned = blocks
      .toReversed()
      .map((block) => scanner.scan(block, []))
      .reverse();
    const batches: unknown[] = [];
    for (const [i, first] of scanned.entries()) {
      const refused = pass.refuse(first.findings.claims);
      const { batch, findings } = refused.length > 0 ? scanner.scan(blocks[i], refused) : first;
      pass.add(findings);
      if (batch) batches.push(contentOf(batch));
    }
    pass.finish();
    expect(batches).toEqual(whole);
    expect(dataset.report).toEqual(report);
  },
);

it('converts coordinates on another thread as here, from a plan that has been sent there', async () => {
  const text = 'pid,easting,northing,20200103,20200109\na,4543781.3,2102184.4,1,2\nb,4544000,2103000.5,3,4\n';
  const dataset = await openDelimited(sourceOf(text, 1000), { epsg: 3035 });
  const { value: batch } = await dataset.batches()[Symbol.asyncIterator]().next();
  const pass = textOf(dataset)!.startPass();
  const scanner = createBlockScanner(structuredClone(textOf(dataset)!.plan), LINES_PER_BLOCK);
  const blocks = pass.read({ pointsPerBatch: LINES_PER_BLOCK }, createBlockMemory());
  const { value: block } = await blocks[Symbol.asyncIterator]().next();
  const scanned = scanner.scan(block, []).batch!;
  expect(scanned.latitude).toEqual(batch.latitude);
  expect(scanned.longitude).toEqual(batch.longitude);
  expect(scanned.attributes).toEqual(batch.attributes);
  expect(Math.round(scanned.latitude[0])).toBe(42);
});

it('has no text where batches are no longer those of the text', async () => {
  const dataset = await openDelimited(sourceOf(makeTable(), 100));
  expect(textOf(dataset)).toBeDefined();
  expect(textOf({ ...dataset, batches: (options) => dataset.batches(options) })).toBeUndefined();
});

it('reads a block into the arrays of the one before, and tells whether a value is missing', async () => {
  const lines = ['a,38,13,1,2,3', 'b,39,14,4,5,6', 'c,40,15,7,,9', 'd,41,16,1,1,1'];
  const text = ['pid,latitude,longitude,20200103,20200109,20200115', ...lines].join('\n');
  const dataset = await openDelimited(sourceOf(text, 1000));
  const pass = textOf(dataset)!.startPass();
  const scanner = createBlockScanner(textOf(dataset)!.plan, 2);
  const displacements: Float32Array[] = [];
  const found: unknown[] = [];
  for await (const block of pass.read({ pointsPerBatch: 2 }, createBlockMemory())) {
    const { batch, isComplete } = scanner.scan(block, []);
    found.push([batch!.pids, [...batch!.displacements], [...batch!.latitude], isComplete]);
    displacements.push(batch!.displacements);
    scanner.recycle();
  }
  expect(found).toEqual([
    [['a', 'b'], [1, 2, 3, 4, 5, 6], [38, 39], true],
    [['c', 'd'], [7, Number.NaN, 9, 1, 1, 1], [40, 41], false],
  ]);
  expect(displacements[1]).toBe(displacements[0]);
});
