import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import type { ByteSource } from './byte-source.js';
import { listBlobZipMembers } from './zip-blob.js';

const random = createRandom(4);
const long = new TextEncoder().encode(Array.from({ length: 12_000 }, () => random.integer(999)).join(','));
const archive = zipSync({
  'a.csv': long,
  'folder/b.txt': [new TextEncoder().encode('stored'), { level: 0 }],
  'empty.csv': new Uint8Array(0),
  '__MACOSX/._a.csv': new Uint8Array(3),
});

async function readAll(source: ByteSource): Promise<Uint8Array> {
  const parts: number[] = [];
  for await (const chunk of source.open()) for (const byte of chunk) parts.push(byte);
  return Uint8Array.from(parts);
}

describe('listBlobZipMembers', () => {
  it('gives what another program has packed, as often as it is asked for', async () => {
    const members = await listBlobZipMembers(new Blob([archive as BlobPart]), 'x.zip');
    expect(members.map(({ name }) => name)).toEqual(['x.zip/a.csv', 'x.zip/folder/b.txt', 'x.zip/empty.csv']);
    expect(Buffer.compare(await readAll(members[0]), long)).toBe(0);
    expect(Buffer.compare(await readAll(members[0]), long)).toBe(0);
    expect(new TextDecoder().decode(await readAll(members[1]))).toBe('stored');
    expect(await readAll(members[2])).toHaveLength(0);
  });

  it('can be left in the middle', async () => {
    const [member] = await listBlobZipMembers(new Blob([archive as BlobPart]), 'x.zip');
    let seen = 0;
    for await (const chunk of member.open()) {
      seen = chunk.length;
      break;
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('says of every damaged archive that it is damaged', async () => {
    for (let round = 0; round < 60; round++) {
      const broken = archive.slice(0, round % 3 === 0 ? random.integer(archive.length) : archive.length);
      if (round % 3 !== 0) broken[random.integer(archive.length)] ^= 1 << random.integer(8);
      try {
        const members = await listBlobZipMembers(new Blob([broken as BlobPart]), 'x.zip');
        for (const member of members) await readAll(member);
      } catch (error) {
        expect(error).toMatchObject({ code: 'input' });
      }
    }
    const cut = new Blob([archive.slice(0, -30) as BlobPart]);
    await expect(listBlobZipMembers(cut, 'x.zip')).rejects.toMatchObject({ code: 'input' });
  });

  it('notices a wrong checksum', async () => {
    const stored = zipSync({ 'a.txt': [new TextEncoder().encode('hello hello'), { level: 0 }] });
    stored[stored.indexOf(104, 30)] = 72;
    const [member] = await listBlobZipMembers(new Blob([stored as BlobPart]), 'x.zip');
    await expect(readAll(member)).rejects.toThrow(/checksum/);
  });
});
