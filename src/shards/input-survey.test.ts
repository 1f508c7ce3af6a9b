import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashSample, requireSameInput, surveyInput } from './input-survey.js';

describe('surveyInput', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'groundtrend-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['with', '\n'],
    ['without', ''],
  ])('finds every third row of a file %s a last line end, across chunks', async (name, ending) => {
    const rows = Array.from({ length: 3000 }, (_, i) => `${i},${'x'.repeat((i * 37) % 2000)}`);
    const text = `header\n${rows.join('\n')}${ending}`;
    const path = join(folder, `${name}.csv`);
    await writeFile(path, text);
    const survey = await surveyInput(path, { start: 7, linesPerStep: 3 });
    const expected = rows.flatMap((row, i) =>
      i % 3 === 0 ? [text.indexOf(`\n${row.split(',')[0]},`) + 1] : [],
    );
    expect(survey.rowStarts).toEqual(expected);
    expect(survey.bytes).toBe(text.length);
    expect(survey.sha256).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('tells a changed file by its length, its ends and its middle', async () => {
    const path = join(folder, 'changed.csv');
    const bytes = new Uint8Array(500_000).fill(65);
    await writeFile(path, bytes);
    const planned = { bytes: bytes.length, sampleSha256: await hashSample(path) };
    await requireSameInput(path, planned);
    for (const change of [0, 250_100, 499_999]) {
      await writeFile(path, bytes.with(change, 66));
      await expect(requireSameInput(path, planned)).rejects.toThrow('has changed');
    }
    await writeFile(path, bytes.subarray(1));
    await expect(requireSameInput(path, planned)).rejects.toThrow('has changed');
  });
});
