import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GroundTrendError } from '../errors.js';
import { trainResumably } from './training-files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();
const request = (resume: boolean, overwrite = false) => ({
  output: join(folder, 'own.onnx'),
  overwrite,
  resume,
  signal,
});
const state = () => join(folder, 'own.onnx.training');

describe('trainResumably', () => {
  it('keeps the state of a stopped training, and gives it back', async () => {
    const stopped = trainResumably(request(false), async ({ saveState }) => {
      await saveState?.(Uint8Array.of(1, 2, 3));
      throw new GroundTrendError('cancelled', 'Stopped.');
    });
    await expect(stopped).rejects.toThrow(`what was learned is kept in ${state()}`);
    await trainResumably(request(true), async ({ resumeFrom }) => ({ bytes: resumeFrom! }));
    expect([...(await readFile(join(folder, 'own.onnx')))]).toEqual([1, 2, 3]);
    await expect(readFile(state())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('names the state that does not fit, and nothing else', async () => {
    await writeFile(state(), 'x');
    const failing = (error: GroundTrendError) => () => Promise.reject(error);
    const unfit = new GroundTrendError('input', 'The saved training is damaged.', { advice: 'Start anew.' });
    await expect(trainResumably(request(true), failing(unfit))).rejects.toThrow(
      `${state()}: The saved training is damaged.\nStart anew.`,
    );
    const elsewhere = new GroundTrendError('input', 'It ends early.', { place: { file: 'points.csv' } });
    await expect(trainResumably(request(true), failing(elsewhere))).rejects.toBe(elsewhere);
    await expect(trainResumably(request(false, true), failing(unfit))).rejects.toBe(unfit);
  });

  it('neither overwrites an interrupted training unasked nor resumes what is not there', async () => {
    const train = async () => ({ bytes: new Uint8Array(1) });
    await expect(trainResumably(request(true), train)).rejects.toThrow('There is no interrupted training');
    await writeFile(state(), 'x');
    await expect(trainResumably(request(false), train)).rejects.toThrow('An interrupted training is kept in');
  });
});
