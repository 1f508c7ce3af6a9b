import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTrainingJob, type TrainedFiles, type TrainingJob } from './training-job.js';

let folder: string;
const trained: TrainedFiles[] = [];

/** Stands for the command line: fails, hangs or succeeds as the name of the series says. */
const COMMAND = `
const { writeFileSync } = require('node:fs');
const [command, series, ...rest] = process.argv.slice(2);
if (series === 'broken') { process.stderr.write('a note\\ngroundtrend: labels.csv, line 3: This is no label.\\nMend it.\\n'); process.exit(3); }
if (series === 'slow') { process.stderr.write('epoch 2/8  loss 1\\n'); setInterval(() => {}, 1000); }
else {
  writeFileSync(rest[rest.indexOf('--output') + 1], rest.join(' '));
  if (command === 'train') process.stdout.write(JSON.stringify({
    metrics: { points: 9, overallAccuracy: { value: 0.8, low: 0.5, high: 0.9 } },
    problems: [{ reason: 'no such pid', count: 2 }], warnings: ['few labels'],
  }));
}
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'training-'));
  writeFileSync(join(folder, 'command.cjs'), COMMAND);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function jobOf(series: string): TrainingJob {
  return createTrainingJob({
    command: [process.execPath, join(folder, 'command.cjs')],
    series,
    labels: 'labels.csv',
    from: 'default.onnx',
    folder,
    onTrained: async (files) => {
      trained.push(files);
    },
  });
}

it('trains, classifies, hands the files over and tells what the test said', async () => {
  const job = jobOf('series.csv');
  expect(job.state().phase).toBe('idle');
  expect(job.start()).toBe(true);
  expect(job.start()).toBe(false);
  await expect.poll(() => job.state().phase, { timeout: 10_000 }).toBe('done');
  expect(job.state().test).toEqual({
    points: 9,
    accuracy: 0.8,
    low: 0.5,
    high: 0.9,
    notes: ['2 labels left out: no such pid', 'few labels'],
  });
  expect(trained.map(({ run }) => run)).toEqual([1]);
  expect(existsSync(trained[0].model) && existsSync(trained[0].map)).toBe(true);
  expect(job.start()).toBe(true);
  expect(job.state().run).toBe(2);
  await job.close();
});

it('gives the message of the command line where it fails, and can be started again', async () => {
  const job = jobOf('broken');
  job.start();
  await expect.poll(() => job.state().phase, { timeout: 10_000 }).toBe('failed');
  expect(job.state().problem).toBe('labels.csv, line 3: This is no label.\nMend it.');
  expect(job.start()).toBe(true);
  await job.close();
});

it('tells how far it is, and stops when asked to', async () => {
  const job = jobOf('slow');
  job.start();
  await expect.poll(() => job.state().fraction, { timeout: 10_000 }).toBe(0.25);
  expect(job.state().line).toBe('epoch 2/8  loss 1');
  job.cancel();
  await expect.poll(() => job.state().phase, { timeout: 10_000 }).toBe('cancelled');
});

it('leaves no child behind when the server ends', async () => {
  const job = jobOf('slow');
  job.start();
  await expect.poll(() => job.state().fraction, { timeout: 10_000 }).toBe(0.25);
  await job.close();
  expect(job.state().phase).toBe('cancelled');
});
