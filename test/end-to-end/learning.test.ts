import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REAL_DATA, runCli, withFolder } from './run-cli.js';

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

async function simulate(folder: string, perClass: number): Promise<{ samples: string; labels: string }> {
  const samples = join(folder, 'points.csv');
  const labels = join(folder, 'labels.csv');
  const run = await runCli(
    ['simulate', '--scene', 'samples', '--per-class', String(perClass), '-o', samples, '--truth', labels],
    folder,
  );
  expect(run.status).toBe(0);
  return { samples, labels };
}

describe('groundtrend train on own labels', () => {
  it('gives the same bytes for the same seed, and others for another', async () => {
    await withFolder(async (folder) => {
      const { samples, labels } = await simulate(folder, 60);
      const train = async (name: string, ...more: string[]) => {
        const output = join(folder, name);
        const run = await runCli([
          'train',
          samples,
          '--labels',
          labels,
          '--epochs',
          '2',
          '-o',
          output,
          ...more,
        ]);
        expect(run.status).toBe(0);
        return hashOf(output);
      };
      const augmented = ['--augment', 'sign,drop,noise,crop', '--copies', '2', '--class-weights', 'balanced'];
      expect(await train('a.onnx', ...augmented)).toBe(await train('b.onnx', ...augmented));
      expect(await train('c.onnx', '--seed', '2', ...augmented)).not.toBe(
        await train('d.onnx', ...augmented),
      );
      const paper = [
        '--recipe',
        'paper-a',
        '--augment',
        'sign,drop,noise',
        '--batch',
        '64',
        '--schedule',
        'cosine',
      ];
      expect(await train('e.onnx', ...paper)).toBe(await train('f.onnx', ...paper));
      expect(await train('g.onnx', '--from', join(folder, 'e.onnx'))).not.toBe(
        await train('h.onnx', ...paper),
      );
      expect((await readdir(folder)).filter((name) => name.endsWith('.training'))).toEqual([]);
    });
  });

  it('goes on after an interruption to the same bytes', async () => {
    await withFolder(async (folder) => {
      const { samples, labels } = await simulate(folder, 100);
      const base = ['train', samples, '--labels', labels, '--recipe', 'paper-a', '--epochs', '4'];
      const whole = join(folder, 'whole.onnx');
      await runCli([...base, '-o', whole]);
      const parts = join(folder, 'parts.onnx');
      const stopped = await runCliUntil(/epoch 2\//, [...base, '-o', parts]);
      expect(stopped.status).toBe(130);
      expect(stopped.stderr).toContain('--resume');
      const blocked = await runCli([...base, '-o', parts]);
      expect(blocked.status).toBe(2);
      const other = await runCli([...base, '--batch', '32', '-o', parts, '--resume']);
      expect(other.status).toBe(3);
      expect(other.stderr).toContain('other options');
      expect((await runCli([...base, '-o', parts, '--resume'])).status).toBe(0);
      expect(await hashOf(parts)).toBe(await hashOf(whole));
    });
  });

  it('goes on with a committee that was interrupted or killed to the same bytes', async () => {
    await withFolder(async (folder) => {
      const { labels } = await simulate(folder, 6);
      const rows = (await readFile(labels, 'utf8')).trim().split('\n').slice(1);
      const named = rows.map((row) => `points.csv,${row.split(',').slice(0, 2).join(',')}`);
      const readings = join(folder, 'readings.csv');
      await writeFile(readings, `${['file,pid,label', ...named].join('\n')}\n`);
      const base = ['train', '--simulate', 'wide', '--series', '800', '--epochs', '2', '--members', '2'];
      base.push('--readings', readings, '--cross-validate');
      const whole = join(folder, 'whole.onnx');
      expect((await runCli([...base, '-o', whole])).status).toBe(0);
      const parts = join(folder, 'parts.onnx');
      const goOn = [...base, '-o', parts, '--resume'];
      expect((await runCli(goOn)).stderr).toContain('no interrupted training');
      const stopped = await runCliUntil(/member 2\/2 {2}epoch 1\//, [...base, '-o', parts]);
      expect(stopped.status).toBe(130);
      expect(stopped.stderr).toContain('--resume');
      const other = await runCli([...goOn, '--members', '3']);
      expect(other.status).toBe(3);
      expect(other.stderr).toContain('other options');
      const killed = await runCliUntil(/neighbours kept together/, goOn, 'SIGKILL');
      expect(killed.stderr).not.toContain('member 1/2');
      expect(killed.stderr).toContain('member 2/2  epoch 2/2');
      expect(killed.status).toBeNull();
      const last = await runCli(goOn);
      expect(last.status).toBe(0);
      expect(last.stderr).not.toContain('epoch');
      expect(await hashOf(parts)).toBe(await hashOf(whole));
      const cardOf = async (path: string) =>
        (await readFile(path, 'utf8')).split('\n').filter((line) => !line.startsWith('- made by'));
      expect(await cardOf(join(folder, 'parts.md'))).toEqual(await cardOf(join(folder, 'whole.md')));
      expect((await readdir(folder)).filter((name) => /training|part$|tmp/.test(name))).toEqual([]);
    });
  });

  it('says clearly what is wrong with labels, samples and models, and leaves nothing behind', async () => {
    await withFolder(async (folder) => {
      const { samples, labels } = await simulate(folder, 12);
      const write = async (name: string, text: string) => {
        await writeFile(join(folder, name), text);
        return join(folder, name);
      };
      const output = join(folder, 'x.onnx');
      const expectFailure = async (args: string[], status: number, message: RegExp) => {
        const run = await runCli(['train', ...args, '-o', output]);
        expect(run.stderr).toMatch(message);
        expect(run.status).toBe(status);
      };
      await expectFailure([samples], 2, /Where are the labels/);
      await expectFailure([], 2, /Say what to train on/);
      await expectFailure(
        [samples, '--labels', await write('a.csv', 'pid,label\nghost,Stable\n')],
        3,
        /No label belongs/,
      );
      const firstPid = (await readFile(labels, 'utf8')).split('\n')[1].split(',')[0];
      await expectFailure(
        [samples, '--labels', await write('b.csv', `pid,label\n${firstPid},0\n`)],
        3,
        /nothing to tell apart/,
      );
      await expectFailure([samples, '--labels', join(folder, 'none.csv')], 3, /There is no such file/);
      await expectFailure([samples, '--label-column', 'trend'], 3, /no column trend/);
      await expectFailure([samples, '--labels', labels, '--augment', 'shear'], 2, /--augment.*shear/);
      await expectFailure([samples, '--labels', labels, '--resume'], 3, /no interrupted training/);
      const truncated = join(folder, 'truncated.onnx');
      const model = await readFile(new URL('../../models/default.onnx', import.meta.url));
      await writeFile(truncated, model.subarray(0, model.length >> 1));
      await expectFailure([samples, '--labels', labels, '--from', truncated], 4, /damaged or cut short/);
      const [titles, ...rows] = (await readFile(samples, 'utf8')).trim().split('\n');
      const first = titles.split(',').findIndex((title) => /^\d{8}$/.test(title));
      const empty = (row: string) =>
        row
          .split(',')
          .map((cell, k) => (k < first ? cell : 'NaN'))
          .join(',');
      const gaps = [titles, ...rows.map(empty)].join('\n');
      await expectFailure(
        [await write('nan.csv', `${gaps}\n`), '--labels', labels],
        3,
        /No label belongs to a series/,
      );
      const left = (await readdir(folder)).filter((name) => name.includes('x.onnx'));
      expect(left).toEqual([]);
    });
  });

  it('gives a file a model of its own by simulation', async () => {
    await withFolder(async (folder) => {
      const { samples } = await simulate(folder, 40);
      const output = join(folder, 'like.onnx');
      const run = await runCli([
        'train',
        '--simulate-like',
        samples,
        '--series',
        '1500',
        '--epochs',
        '3',
        '-o',
        output,
        '--json',
      ]);
      expect(run.status).toBe(0);
      expect(run.stderr).toMatch(/noise: median [\d.]+ mm/);
      const { card } = JSON.parse(run.stdout);
      expect(card.classes).toHaveLength(5);
      expect(
        (await runCli(['classify', samples, '--model', output, '-o', join(folder, 'map.csv')])).status,
      ).toBe(0);
    });
  });
});

describe('groundtrend evaluate', () => {
  it('reports on simulated series, compares two models and writes a page', async () => {
    await withFolder(async (folder) => {
      const page = join(folder, 'report.html');
      const run = await runCli(
        [
          'evaluate',
          'default',
          '--simulate',
          'white',
          '--per-class',
          '60',
          '--compare',
          'test-tree',
          '--report',
          page,
          '--json',
        ],
        folder,
      );
      expect(run.stderr).toBe('');
      const { evaluation, comparison } = JSON.parse(run.stdout);
      expect(evaluation.metrics.overallAccuracy.value).toBeGreaterThan(0.9);
      expect(comparison.evaluation.metrics.overallAccuracy.value).toBeGreaterThan(0.85);
      expect(comparison.paired.series).toBe(300);
      expect(evaluation.byMissing.length).toBeGreaterThan(1);
      expect(evaluation.byDates.length).toBeGreaterThan(2);
      const html = await readFile(page, 'utf8');
      expect(html).toContain('Table 2');
      expect(html).not.toMatch(/(src|href)="http/);
    });
  });

  it('asks on the dates of a file, with its residuals as noise', async () => {
    await withFolder(async (folder) => {
      const { samples, labels } = await simulate(folder, 20);
      const ask = (file: string) =>
        runCli(['evaluate', 'default', '--simulate-like', file, '--per-class', '40', '--json']);
      const run = await ask(samples);
      expect(run.stderr).toBe('');
      const { samples: what, truth, evaluation } = JSON.parse(run.stdout);
      const [titles, ...rows] = (await readFile(samples, 'utf8')).trim().split('\n');
      const isDate = titles.split(',').map((title) => /^\d{8}$/.test(title));
      const lenders = Number(
        what.match(/^200 simulated series of textbook shapes, residuals of (\d+) real series/)[1],
      );
      expect(lenders).toBeGreaterThan(10);
      expect(lenders).toBeLessThanOrEqual(rows.length);
      expect(what).toContain(`points.csv as noise, ${isDate.filter(Boolean).length} dates`);
      expect(truth).toContain('only their noise was measured');
      expect(evaluation.metrics.points).toBe(200);
      expect(evaluation.metrics.overallAccuracy.value).toBeGreaterThan(0.85);
      expect(evaluation.byMissing.length).toBeGreaterThan(1);
      expect((await ask(samples)).stdout).toBe(run.stdout);

      const firstDate = isDate.indexOf(true);
      const gappy = rows.map((row) => row.split(',').map((cell, k) => (k === firstDate ? '' : cell)));
      const path = join(folder, 'gappy.csv');
      await writeFile(path, `${[titles, ...gappy.map((cells) => cells.join(','))].join('\n')}\n`);
      const refused = await ask(path);
      expect(refused.status).toBe(3);
      expect(refused.stderr).toMatch(/gappy\.csv: No series of this file can serve as noise/);
      const both = await runCli([
        'evaluate',
        'default',
        samples,
        '--labels',
        labels,
        '--simulate-like',
        samples,
      ]);
      expect(both.status).toBe(2);
    });
  });

  it.skipIf(REAL_DATA === undefined)(
    'reports agreement with two readings and says who read them (skipped without ../shared/data)',
    async () => {
      const run = await runCli([
        'evaluate',
        'default',
        join(REAL_DATA!, 'egms/EGMS_L2b_117_0227_IW2_VV_2020_2024_1.csv'),
        '--labels',
        join(REAL_DATA!, 'labels-by-eye.csv'),
        '--read-by',
        'a vision model, not by human experts',
        '--json',
      ]);
      expect(run.status).toBe(0);
      const { truth, agreement, problems } = JSON.parse(run.stdout);
      expect(truth).toContain('a vision model, not by human experts');
      expect(truth).toContain('trained with labelled series');
      expect(agreement.kappas).toHaveLength(2);
      expect(agreement.met.value).toBeGreaterThan(0.7);
      expect(problems[0].reason).toBe('label without a series');
    },
  );
});

describe('groundtrend tune', () => {
  it('searches, leaves a leaderboard, a plot and a model, and takes an interrupted search up', async () => {
    await withFolder(async (folder) => {
      const { samples, labels } = await simulate(folder, 30);
      const search = join(folder, 'search');
      const args = [
        'tune',
        samples,
        '--labels',
        labels,
        '-o',
        search,
        '--trials',
        '3',
        '--epochs',
        '2',
        '--threads',
        '2',
      ];
      const run = await runCli([...args, '--json']);
      expect(run.status).toBe(0);
      const { trials } = JSON.parse(run.stdout);
      expect(trials).toHaveLength(3);
      expect(await readFile(join(search, 'leaderboard.html'), 'utf8')).toContain('multiply-adds');
      const lines = (await readFile(join(search, 'leaderboard.jsonl'), 'utf8')).split('\n');
      expect((await runCli(args)).status).toBe(2);
      await writeFile(join(search, 'leaderboard.jsonl'), `${lines.slice(0, 3).join('\n')}\n{"trial": 2, "r`);
      const resumed = await runCli([...args, '--resume', '--json']);
      expect(resumed.status).toBe(0);
      const strip = (list: { seconds: number }[]) => list.map(({ seconds: _, ...rest }) => rest);
      expect(strip(JSON.parse(resumed.stdout).trials)).toEqual(strip(trials));
      const classified = await runCli([
        'classify',
        samples,
        '--model',
        join(search, 'best.onnx'),
        '-o',
        join(folder, 'm.csv'),
      ]);
      expect(classified.status).toBe(0);
    });
  });
});

/** Runs the command line and interrupts it, as Ctrl-C would (or kills it), once it has said something. */
async function runCliUntil(
  pattern: RegExp,
  args: readonly string[],
  signal: 'SIGINT' | 'SIGKILL' = 'SIGINT',
) {
  const { spawn } = await import('node:child_process');
  const { CLI_PATH } = await import('./run-cli.js');
  return new Promise<{ status: number | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [CLI_PATH, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    let isSent = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (!isSent && pattern.test(stderr)) {
        isSent = true;
        child.kill(signal);
      }
    });
    child.on('close', (status) => resolve({ status, stderr }));
  });
}
