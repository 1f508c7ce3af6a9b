// Writes docs/dependencies.md; with --check says instead whether it is current. Fails where a licence does not fit.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPackages } from './dependencies.mjs';

const root = process.env.GROUNDTREND_ROOT ?? fileURLToPath(new URL('..', import.meta.url));
const path = join(root, 'docs', 'dependencies.md');
const packages = listPackages(root);
const odd = packages.filter(({ isCompatible }) => !isCompatible);
if (odd.length > 0) {
  for (const { name, licence } of odd)
    process.stderr.write(`${name}: ${licence} is not known to fit Apache-2.0\n`);
  process.exit(1);
}
const text = describe(packages);
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    process.stderr.write('docs/dependencies.md is not current: npm run licences\n');
    process.exit(1);
  }
} else writeFileSync(path, text);

function describe(all) {
  const of = (use) => all.filter((entry) => entry.use === use);
  const scripts = all.filter(({ entry }) => entry.hasInstallScript).map(({ name }) => name);
  return `# What it is made of

Written by \`npm run licences\` from the lock file. Every licence may be shipped with Apache-2.0; a test fails where a new one is not
known to. \`npm run sbom\` writes the same as CycloneDX to \`dist/sbom.cdx.json\`, which is part of the package,
as are the licence texts of what is bundled (\`dist/third-party-notices.txt\`; the page has them beside it).

No install script is needed: \`.npmrc\` switches them off (${scripts.join(' and ')} have one; the first would
fetch CUDA libraries that are not used). Nothing is fetched at run time but what a person names: a list for \`fetch\`, a base map for
\`explore\`.

Known weaknesses: \`npm audit --omit dev\` asks the registry; where it does not answer, \`dist/sbom.cdx.json\` can be given to any
scanner that reads CycloneDX.

## Runs with it

${table(of('run'))}
## Built into the page

${table(of('page'))}
## For development alone, not shipped

${of('develop').length} packages: ${count(of('develop'))}.
`;
}

function table(entries) {
  const rows = entries.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |\n`);
  return `| package | version | licence |\n| --- | --- | --- |\n${rows.join('')}`;
}

function count(entries) {
  const counts = new Map();
  for (const { licence } of entries) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  return [...counts]
    .sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1))
    .map(([licence, number]) => `${licence} ${number}`)
    .join(', ');
}
