import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { writeTable } from '../end-to-end/shard-job.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

interface Example {
  readonly file: string;
  readonly code: string;
}

/** The blocks marked `ts` in the docstrings of the sources. */
async function listExamples(): Promise<Example[]> {
  const names = (await readdir(join(root, 'src'), { recursive: true })).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  );
  const examples: Example[] = [];
  for (const file of names.sort()) {
    const text = await readFile(join(root, 'src', file), 'utf8');
    for (const [, block] of text.matchAll(/^ *\* ```ts\n(.*?)^ *\* ```$/gms)) {
      examples.push({ file, code: block.replaceAll(/^ *\* ?/gm, '') });
    }
  }
  return examples;
}

it('every example in a docstring runs and prints what it says', async () => {
  const examples = await listExamples();
  expect(examples.length).toBeGreaterThanOrEqual(6);
  // Within the package, so that its own name leads to its entries.
  await mkdir(join(root, 'dist'), { recursive: true });
  const folder = await mkdtemp(join(root, 'dist', 'examples-'));
  try {
    await writeTable(join(folder, 'points.csv'), 60, 'p');
    for (const [index, { file, code }] of examples.entries()) {
      const path = join(folder, `example-${index}.mjs`);
      const compiled = ts.transpileModule(code, {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      });
      await writeFile(path, compiled.outputText);
      const { stdout } = await run(process.execPath, [path], { cwd: folder });
      const promised = Array.from(code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm), ([, text]) => text);
      expect(stdout.trim().split('\n'), file).toEqual(promised);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('every public export has a docstring, and every link in one leads somewhere', async () => {
  const typedoc = join(root, 'node_modules', 'typedoc', 'bin', 'typedoc');
  const { stdout, stderr } = await run(process.execPath, [typedoc, '--emit', 'none'], { cwd: root });
  expect(stdout + stderr).not.toMatch(/warning|error/i);
});
