import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withFolder } from '../end-to-end/run-cli.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const script = join(root, 'scripts', 'list-dependencies.mjs');

function check(folder: string) {
  const env = { ...process.env, GROUNDTREND_ROOT: folder };
  return spawnSync(process.execPath, [script, '--check'], { env, encoding: 'utf8' });
}

it('the list of dependencies is current and every licence fits', () => {
  const { status, stderr } = check(root);
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

it('a licence that does not fit, a known weakness, and a list that is old, are refused', () =>
  withFolder(async (folder) => {
    await mkdir(join(folder, 'docs'));
    await cp(join(root, 'docs', 'dependencies.md'), join(folder, 'docs', 'dependencies.md'));
    await cp(join(root, 'app'), join(folder, 'app'), { recursive: true });
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
    const write = () => writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
    await write();
    expect(check(folder).status).toBe(0);
    lock.packages['node_modules/zod'].license = 'AGPL-3.0-only';
    await write();
    expect(check(folder)).toMatchObject({ status: 1, stderr: expect.stringContaining('zod: AGPL-3.0-only') });
    lock.packages['node_modules/zod'].license = 'ISC';
    await write();
    expect(check(folder)).toMatchObject({ status: 1, stderr: expect.stringContaining('not current') });
    lock.packages['node_modules/yauzl'].version = '3.2.0';
    await write();
    expect(check(folder)).toMatchObject({ status: 1, stderr: expect.stringContaining('CVE-2026-31988') });
    lock.packages['node_modules/yauzl'].version = '3.10.0';
    lock.packages[''].dependencies.unheard = '1.0.0';
    await write();
    expect(check(folder)).toMatchObject({ status: 1, stderr: expect.stringContaining('unheard: say in') });
  }));

it('the bill of materials names everything that runs or is in the page, and nothing twice', async () => {
  const made = spawnSync(process.execPath, [join(root, 'scripts', 'write-sbom.mjs')], { encoding: 'utf8' });
  expect(made.stderr).toBe('');
  const bom = JSON.parse(await readFile(join(root, 'dist', 'sbom.cdx.json'), 'utf8'));
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
  const refs = bom.components.map((component: Record<string, unknown>) => component['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  const names = bom.components.map(({ name }: { name: string }) => name);
  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(names).toEqual(
    expect.arrayContaining([...Object.keys(dependencies), 'maplibre-gl', 'uplot', 'preact']),
  );
  expect(names).not.toContain('vitest');
});

it('the notices hold the licence texts of what is bundled', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'notices.txt');
    const made = spawnSync(process.execPath, [join(root, 'scripts', 'write-notices.mjs'), path], {
      encoding: 'utf8',
    });
    expect(made.stderr).toBe('');
    const text = await readFile(path, 'utf8');
    for (const name of ['commander', 'maplibre-gl', 'hyparquet', 'zod', 'preact']) {
      expect(text).toMatch(new RegExp(`\\n${name} \\d+\\.\\d+\\.\\d+ \\(.*\\)\\n\\n.*Copyright`, 's'));
    }
    expect(text).not.toContain('\nvitest ');
  }));

it('no package needs its install script, and the lock file holds no addresses', async () => {
  expect(await readFile(join(root, '.npmrc'), 'utf8')).toContain('ignore-scripts=true');
  expect(await readFile(join(root, 'package-lock.json'), 'utf8')).not.toMatch(
    /"resolved":|https?:\/\/[^"]*\.tgz/,
  );
});
