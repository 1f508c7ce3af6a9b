import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadNodeRuntime } from '../../src/runtime/session.node.js';
import { runCli, withFolder } from './run-cli.js';

const PYTHON = process.env.GROUNDTREND_PYTHON ?? 'python3';
const hasOnnxRuntime = spawnSync(PYTHON, ['-c', 'import numpy, onnxruntime']).status === 0;
const DOCUMENT = fileURLToPath(new URL('../../docs/export.md', import.meta.url));

/** Simulated series with holes, a model bound to their dates, and what `classify` says of them. */
async function prepare(folder: string) {
  const path = (name: string) => join(folder, name);
  await runCli(['simulate', '--scene', 'samples', '--per-class', '8', '-o', path('whole.csv')]);
  const [header, ...rows] = (await readFile(path('whole.csv'), 'utf8')).trim().split('\n');
  const holed = rows.map((row, index) =>
    row
      .split(',')
      .map((cell, column) => (column > 30 && (column * 7 + index * 13) % 9 === 0 ? '' : cell))
      .join(','),
  );
  await writeFile(path('points.csv'), `${[header, ...holed].join('\n')}\n`);
  const bound = await runCli([
    'export-model',
    'default',
    '--axis',
    path('points.csv'),
    '-o',
    path('bound.onnx'),
  ]);
  expect(bound.stderr).toBe('');
  // The exported model is the network alone.
  const alone = ['--no-sieve', '--threads', '1'];
  const classified = await runCli(['classify', path('points.csv'), '-o', path('map.csv'), ...alone]);
  expect(classified.status).toBe(0);
  const [titles, ...lines] = (await readFile(path('map.csv'), 'utf8')).trim().split('\n');
  const columns = titles.split(',');
  const expected = lines.map((line) => {
    const cells = line.split(',');
    return {
      className: cells[columns.indexOf('class')],
      probabilities: columns.flatMap((name, k) => (name.startsWith('p_') ? [Number(cells[k])] : [])),
    };
  });
  const epochs = header.split(',').filter((name) => /^\d{8}$/.test(name)).length;
  const series = Float32Array.from(
    holed.flatMap((row) =>
      row
        .split(',')
        .slice(-epochs)
        .map((cell) => (cell === '' ? Number.NaN : Number(cell))),
    ),
  );
  return { path, epochs, series, expected };
}

describe('groundtrend export-model', () => {
  it('writes a model that says the same as classify, missing values included', async () => {
    await withFolder(async (folder) => {
      const { path, epochs, series, expected } = await prepare(folder);
      const session = await (await loadNodeRuntime()).createSession(await readFile(path('bound.onnx')));
      const { probabilities } = await session.run({
        displacement: { type: 'float32', data: series, shape: [expected.length, epochs] },
      });
      await session.dispose();
      expected.forEach((row, index) => {
        row.probabilities.forEach((value, k) => {
          expect(Number(probabilities.data[index * row.probabilities.length + k])).toBeCloseTo(value, 3);
        });
      });
    });
  });

  it('says which dates a model needs, and refuses what is no model', async () => {
    await withFolder(async (folder) => {
      const path = (name: string) => join(folder, name);
      await writeFile(path('short.csv'), 'pid,latitude,longitude,20200101,20200113,20200125\na,40,3,1,2,3\n');
      const short = await runCli([
        'export-model',
        'default',
        '--axis',
        path('short.csv'),
        '-o',
        path('b.onnx'),
      ]);
      expect(short.status).toBe(4);
      expect(short.stderr).toMatch(
        /needs at least \d+ dates; this file has 3|needs at least \d+ dates.* has 3/,
      );
      const none = await runCli([
        'export-model',
        path('short.csv'),
        '--axis',
        path('short.csv'),
        '-o',
        path('b.onnx'),
      ]);
      expect(none.status).toBe(4);
      expect(none.stderr).toContain('not an ONNX model');
    });
  });

  it.skipIf(!hasOnnxRuntime)(
    'runs in Python as the documentation has it (skipped where Python lacks onnxruntime; GROUNDTREND_PYTHON names another)',
    async () => {
      const code = /```python\n([\s\S]*?)```/.exec(await readFile(DOCUMENT, 'utf8'))![1];
      await withFolder(async (folder) => {
        const { expected } = await prepare(folder);
        await writeFile(join(folder, 'example.py'), code);
        const lines = execFileSync(PYTHON, ['example.py'], { cwd: folder, encoding: 'utf8' })
          .trim()
          .split('\n');
        expect(lines).toHaveLength(expected.length);
        lines.forEach((line, index) => {
          const [, confidence] = line.split(' ');
          expect(Number(confidence)).toBeCloseTo(Math.max(...expected[index].probabilities), 3);
        });
      });
    },
  );
});
