// Writes the licence texts of everything whose code is shipped, bundled or beside, to the files named: their makers ask
// for that.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPackages } from './dependencies.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const RULE = '-'.repeat(80);
const seen = new Set();
const notices = [];
for (const { name, version, licence, use, path } of listPackages(root)) {
  const title = `${name} ${version} (${licence})`;
  // Parts for other kinds of machines are not installed here, and not shipped.
  if (use === 'develop' || seen.has(title) || !existsSync(join(root, path))) continue;
  seen.add(title);
  notices.push([title, ...readTexts(join(root, path))].join('\n\n'));
}
const text = [
  'groundtrend holds or comes with the following software of others, under the licences given here.',
  ...notices,
].join(`\n\n${RULE}\n`);
for (const target of process.argv.slice(2)) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${text}\n`);
}

/** Texts as the package brings them. */
function readTexts(folder) {
  return readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file) && !/\.(js|json|ts)$/.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
}
