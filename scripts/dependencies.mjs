// What the software is made of, as the lock file tells: what runs with it, and what is built into the page.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences whose code may be shipped unchanged with code under Apache-2.0. */
const COMPATIBLE = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  // Weak: it binds changes of its own files, and these are used as they come.
  'MPL-2.0',
  'Python-2.0',
]);

/** Packages that name no licence of the SPDX list; each text has been read. */
const READ = {
  h5wasm: 'public domain (NIST), HDF5 under BSD-3-Clause',
  'dejavu-fonts-ttf': 'Bitstream Vera (free to use and ship, also with software), changes public domain',
};

/** Packages of the lock file with what they are for: `run`, `page` or `develop`. */
export function listPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const inPage = findInPage(root, packages);
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const use = entry.dev ? (inPage.has(path) ? 'page' : 'develop') : 'run';
      const licence = READ[name] ?? entry.license ?? 'not named';
      const isFit = isCompatible(name, licence);
      return { name, version: entry.version, licence, use, isCompatible: isFit, path, entry };
    })
    .sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
}

function isCompatible(name, licence) {
  if (name in READ) return true;
  return licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((part) => COMPATIBLE.has(part)));
}

/** The packages that the page imports, and what those need in their turn. */
function findInPage(root, packages) {
  const app = join(root, 'app', 'src');
  const sources = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test)\.(tsx?|css)$/.test(name),
  );
  const wanted = sources.flatMap((name) =>
    Array.from(
      readFileSync(join(app, name), 'utf8').matchAll(
        /(?:from|import)\s*\(?\s*'((?:@[^/']+\/)?[^./'][^/']*)/g,
      ),
      ([, imported]) => imported,
    ),
  );
  const found = new Set();
  const follow = (name, from) => {
    const path = resolve(name, from, packages);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    for (const needed of Object.keys(packages[path].dependencies ?? {})) follow(needed, path);
  };
  for (const name of wanted) follow(name, '');
  return found;
}

/** Node's way to a package: the nearest `node_modules` above. */
function resolve(name, from, packages) {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))) {
    const path = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (base === '') return undefined;
  }
}
