// Writes dist/sbom.cdx.json: what is shipped, as CycloneDX, from the lock file alone. The same lock gives the same bytes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPackages } from './dependencies.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const shipped = listPackages(root).filter(({ use }) => use !== 'develop');
const seen = new Map(shipped.map((entry) => [refOf(entry), entry]));
const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: {
    component: {
      type: 'application',
      'bom-ref': refOf(own),
      name: own.name,
      version: own.version,
      purl: refOf(own),
      licenses: [{ license: { id: own.license } }],
    },
  },
  components: [...seen].map(([ref, { name, version, licence, use, entry }]) => ({
    type: 'library',
    'bom-ref': ref,
    name,
    version,
    purl: ref,
    scope: entry.optional ? 'optional' : 'required',
    licenses: [licenceOf(licence)],
    ...(entry.integrity ? { hashes: [hashOf(entry.integrity)] } : {}),
    properties: [{ name: 'groundtrend:use', value: use }],
  })),
};
mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(join(root, 'dist', 'sbom.cdx.json'), `${JSON.stringify(bom, null, 1)}\n`);

function refOf({ name, version }) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function licenceOf(licence) {
  if (licence.includes(' OR ')) return { expression: licence };
  return { license: / /.test(licence) ? { name: licence } : { id: licence } };
}

function hashOf(integrity) {
  const [algorithm, content] = integrity.split('-');
  return {
    alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
    content: Buffer.from(content, 'base64').toString('hex'),
  };
}
