import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import type { ByteSource } from '../../../src/read/byte-source.js';
import { listZipMembers } from '../../../src/read/zip-archive.node.js';
import { listBlobZipMembers } from '../../../src/read/zip-blob.js';
import { readFixture } from '../corpus.js';
import { joinBytes, mutateBytes } from '../mutate-bytes.js';
import { type FuzzInput, type FuzzTarget, WrongValue } from '../target.js';
import { buildZip, type ZipMember } from '../zip-builder.js';

const NAMES = [
  'points.csv',
  '../points.csv',
  '/etc/points.csv',
  'C:\\points.csv',
  'a/b/../../../points.csv',
  'folder/',
  '__MACOSX/._points.csv',
  'points.csv\u0000.txt',
  '',
  'é.csv',
  '\u001b[2J.csv',
  'x'.repeat(400),
];
const SIZES = [0, 1, 100, 2 ** 20, 2 ** 29, 2 ** 31, 2 ** 32 - 1, 2 ** 32 + 5, 2 ** 53 - 1];

const members = (content: Uint8Array): Arbitrary<ZipMember> =>
  fc.record({
    name: fc.constantFrom(...NAMES),
    content: fc.constantFrom(content, content.subarray(0, 500), new Uint8Array(0), new Uint8Array(50_000)),
    isDeflated: fc.boolean(),
    claims: fc.record(
      {
        size: fc.constantFrom(...SIZES),
        compressedSize: fc.constantFrom(...SIZES),
        crc: fc.nat(),
        method: fc.constantFrom(0, 8, 9, 12, 14, 99),
        flags: fc.constantFrom(0, 1, 8, 0x800, 0x2041),
        offset: fc.constantFrom(0, 10, 2 ** 31),
        mode: fc.constantFrom(0o120777, 0o040755),
        isWide: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  });

/** Archives that lie, read by the program's reader and by the page's; what both take has to be what is stored. */
export const zip: FuzzTarget = {
  name: 'zip',
  share: 6,
  async prepare() {
    const content = await readFixture('points.csv');
    const sound = buildZip([
      { name: 'points.csv', content },
      { name: 'b.xml', content: content.subarray(0, 90), isDeflated: false },
    ]);
    const inputs = fc.oneof(
      { weight: 2, arbitrary: fc.array(members(content), { minLength: 1, maxLength: 4 }).map(buildZip) },
      { weight: 2, arbitrary: mutateBytes([sound]) },
    );
    return { inputs: inputs.map((bytes) => ({ files: { 'a.zip': bytes } })), check };
  },
};

async function check({ files }: FuzzInput, folder: string): Promise<void> {
  const bytes = files['a.zip'];
  const path = join(folder, 'a.zip');
  await writeFile(path, bytes);
  const blob = new Blob([bytes.slice()]);
  const [onDisk, inPage] = await Promise.allSettled([
    listZipMembers(path, 'a.zip'),
    listBlobZipMembers(blob, 'a.zip'),
  ]);
  const contents = await Promise.all([readAll(onDisk), readAll(inPage)]);
  for (const [name, content] of contents[0] ?? []) {
    const other = contents[1]?.get(name);
    if (content instanceof Uint8Array && other instanceof Uint8Array && crc32(content) !== crc32(other)) {
      throw new WrongValue(`${name} is another file in the page`);
    }
  }
  const refusal = [onDisk, inPage].find((result) => result.status === 'rejected');
  if (refusal !== undefined) throw refusal.reason;
}

/** The members' contents, or why they were refused. */
async function readAll(
  listed: PromiseSettledResult<ByteSource[]>,
): Promise<Map<string, Uint8Array | undefined> | undefined> {
  if (listed.status === 'rejected') return undefined;
  const contents = new Map<string, Uint8Array | undefined>();
  for (const member of listed.value) {
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of member.open()) pieces.push(piece.slice());
      // The same name twice in an archive says nothing of which is meant.
      contents.set(member.name, contents.has(member.name) ? undefined : joinBytes(...pieces));
    } catch (error) {
      if ((error as Error).name !== 'GroundTrendError') throw error;
      contents.set(member.name, undefined);
    }
  }
  return contents;
}
