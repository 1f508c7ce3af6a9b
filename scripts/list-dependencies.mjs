// Writes docs/dependencies.md; with --check says instead whether it is current. Fails where a licence does not fit.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPackages } from './dependencies.mjs';

/** What each package that this one names itself is for. */
const PURPOSES = {
  '@resvg/resvg-wasm': 'figures as PNG',
  commander: 'the command line',
  'dejavu-fonts-ttf': 'letters in PNG figures',
  fflate: 'KMZ, MATLAB files, PMTiles',
  flatbuffers: 'FlatGeobuf',
  h5wasm: 'HDF5: MintPy, LiCSBAS, MATLAB 7.3',
  hyparquet: 'reading Parquet',
  'hyparquet-compressors': 'reading Parquet',
  'hyparquet-writer': 'writing Parquet',
  kdbush: 'points near others',
  libsql: 'GeoPackage (SQLite)',
  'onnxruntime-node': 'networks, in Node',
  'onnxruntime-web': 'networks, in pages and where the former is missing',
  pbf: 'vector tiles',
  proj4: 'map projections',
  yauzl: 'reading ZIP',
  zod: 'checking options and settings',
  'maplibre-gl': 'the map',
  pmtiles: 'maps as tiles',
  preact: 'the page',
  'topojson-client': 'coast lines',
  uplot: 'plots of series',
  'world-atlas': 'coast lines',
  '@mapbox/vector-tile': 'maps as tiles',
};
/** Advisories that were known when this was written, by the first version without the weakness. */
const ADVISORIES = [
  ['adm-zip', 'CVE-2018-1002204', '0.4.9'],
  ['minimist', 'CVE-2020-7598', '1.2.3'],
  ['minimist', 'CVE-2021-44906', '1.2.6'],
  ['protobufjs', 'CVE-2022-25878', '6.11.3'],
  ['protobufjs', 'CVE-2023-36665', '7.2.5'],
  ['semver', 'CVE-2022-25883', '7.5.2'],
  ['yauzl', 'CVE-2026-31988', '3.2.1'],
  ['zod', 'CVE-2023-4316', '3.22.3'],
];

const root = process.env.GROUNDTREND_ROOT ?? fileURLToPath(new URL('..', import.meta.url));
const path = join(root, 'docs', 'dependencies.md');
const packages = listPackages(root);
const odd = packages.filter(({ isCompatible }) => !isCompatible);
if (odd.length > 0) {
  for (const { name, licence } of odd)
    process.stderr.write(`${name}: ${licence} is not known to fit Apache-2.0\n`);
  process.exit(1);
}
const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages[''];
const unexplained = Object.keys(dependencies).filter((name) => PURPOSES[name] === undefined);
const weak = ADVISORIES.flatMap(([name, advisory, fixed]) =>
  packages
    .filter((entry) => entry.name === name && isOlder(entry.version, fixed))
    .map(({ version }) => `${name} ${version} has the weakness ${advisory}, which ${fixed} does not have`),
);
for (const name of unexplained) process.stderr.write(`${name}: say in PURPOSES what it is for\n`);
for (const line of weak) process.stderr.write(`${line}\n`);
if (unexplained.length + weak.length > 0) process.exit(1);
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

Written by \`npm run licences\` from the lock file. Every licence may be shipped with Apache-2.0; a test fails where a new
one is not known to. \`npm run sbom\` writes the same as CycloneDX to \`dist/sbom.cdx.json\`, which is part of the package,
as are the licence texts of what is bundled (\`dist/third-party-notices.txt\`; the page has them beside it).

No install script is needed: \`.npmrc\` switches them off (${scripts.join(' and ')} have one; the first would
fetch CUDA libraries that are not used). Nothing is fetched at run time but what a person names: a list for \`fetch\`, a
base map for \`explore\`.

## Known weaknesses

\`npm audit --omit dev\` asks the registry for all of them; where the registry does not answer (as was so when this was
written), give \`dist/sbom.cdx.json\` (\`npm run sbom\`) to any scanner that reads CycloneDX, such as \`osv-scanner\` or
\`grype\`. Both belong before every release. These advisories were known when this was written; \`npm run licences\` and a
test fail where the lock file holds a version that has one of them:

${advisories(all)}
## Runs with it

${table(of('run'))}
## Built into the page

${table(of('page'))}
## For development alone, not shipped

${of('develop').length} packages: ${count(of('develop'))}.
`;
}

/** What is not explained came with something that is. */
function table(entries) {
  const rows = entries.map(
    ({ name, version, licence }) => `| ${name} | ${version} | ${licence} | ${PURPOSES[name] ?? ''} |\n`,
  );
  return `| package | version | licence | for |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

function advisories(all) {
  const rows = ADVISORIES.map(([name, advisory, fixed]) => {
    const versions = all.filter((entry) => entry.name === name).map(({ version }) => version);
    return `| ${name} | ${advisory} | ${fixed} | ${versions.join(', ')} |\n`;
  });
  return `| package | advisory | mended in | here |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

/** Versions of three numbers. */
function isOlder(version, other) {
  const [own, wanted] = [version, other].map((text) => text.split('.').map(Number));
  const at = own.findIndex((number, i) => number !== wanted[i]);
  return at >= 0 && own[at] < wanted[at];
}

function count(entries) {
  const counts = new Map();
  for (const { licence } of entries) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  return [...counts]
    .sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1))
    .map(([licence, number]) => `${licence} ${number}`)
    .join(', ');
}
