import { GroundTrendError, throwIfCancelled } from '../errors.js';
import type { ByteSource, ByteStreamOptions } from './byte-source.js';
import { findGrowth, refuseBomb } from './zip-limits.js';

const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const END_RECORD_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_BYTES = 20;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const LONGEST_COMMENT = 65_535;
const LARGEST_DIRECTORY = 64 << 20;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const UNKNOWN_32 = 0xffffffff;

interface Member {
  readonly name: string;
  readonly headerStart: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly checksum: number;
  readonly method: number;
  readonly isEncrypted: boolean;
}

/**
 * The members of a ZIP archive that is a page's `File` or `Blob`, as sources of bytes named `archive.zip/member.csv`;
 * folders and what macOS adds are left out. Inflated by the browser itself as it is read, never whole in memory.
 *
 * Throws `input` where the archive ends early or is damaged; what is wrong with one member is thrown when it is opened.
 */
export async function listBlobZipMembers(blob: Blob, name: string): Promise<ByteSource[]> {
  const members = await readDirectory(blob, name);
  refuseBomb(
    members.map(({ headerStart, compressedSize, size }) => ({ start: headerStart, compressedSize, size })),
    blob.size,
    name,
  );
  return members
    .filter((member) => !member.name.endsWith('/') && !member.name.startsWith('__MACOSX/'))
    .map((member) => ({
      name: `${name}/${member.name}`,
      totalBytes: member.compressedSize,
      open: (options) => readMember(blob, `${name}/${member.name}`, member, options),
    }));
}

async function readDirectory(blob: Blob, name: string): Promise<Member[]> {
  const tailStart = Math.max(0, blob.size - END_RECORD_BYTES - LONGEST_COMMENT - LOCATOR_64_BYTES);
  const tail = await viewOf(blob, tailStart, blob.size);
  let at = tail.byteLength - END_RECORD_BYTES;
  while (at >= 0 && tail.getUint32(at, true) !== END_RECORD) at--;
  if (at < 0) throw damagedArchive(name, 'it has no directory at its end');
  let size = tail.getUint32(at + 12, true);
  let start = tail.getUint32(at + 16, true);
  const locator = at - LOCATOR_64_BYTES;
  if (locator >= 0 && tail.getUint32(locator, true) === LOCATOR_64) {
    const recordStart = Number(tail.getBigUint64(locator + 8, true));
    const record = await viewOf(blob, recordStart, recordStart + 56);
    if (record.byteLength < 56 || record.getUint32(0, true) !== END_RECORD_64) {
      throw damagedArchive(name, 'its directory cannot be found');
    }
    size = Number(record.getBigUint64(40, true));
    start = Number(record.getBigUint64(48, true));
  }
  if (start + size > blob.size || size > LARGEST_DIRECTORY)
    throw damagedArchive(name, 'its directory is cut short');
  return parseDirectory(await viewOf(blob, start, start + size), name);
}

function parseDirectory(view: DataView, name: string): Member[] {
  const decoder = new TextDecoder();
  const members: Member[] = [];
  for (let at = 0; at < view.byteLength; ) {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY) {
      throw damagedArchive(name, 'its directory is damaged');
    }
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + ENTRY_BYTES + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > view.byteLength) throw damagedArchive(name, 'its directory is damaged');
    const wide = readWideFields(view, at, at + ENTRY_BYTES + nameLength, extraLength);
    members.push({
      name: decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at + ENTRY_BYTES, nameLength)),
      method: view.getUint16(at + 10, true),
      isEncrypted: (view.getUint16(at + 8, true) & ENCRYPTED) !== 0,
      checksum: view.getUint32(at + 16, true),
      ...wide,
    });
    at = next;
  }
  return members;
}

/** Sizes and place of an entry; those that do not fit into 32 bits stand in its extra field. */
function readWideFields(view: DataView, at: number, extraStart: number, extraLength: number) {
  let compressedSize = view.getUint32(at + 20, true);
  let size = view.getUint32(at + 24, true);
  let headerStart = view.getUint32(at + 42, true);
  const extraEnd = extraStart + extraLength;
  for (let field = extraStart; field + 4 <= extraEnd; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    let value = field + 4;
    const take = (narrow: number) => {
      if (narrow !== UNKNOWN_32 || value + 8 > extraEnd) return narrow;
      value += 8;
      return Number(view.getBigUint64(value - 8, true));
    };
    size = take(size);
    compressedSize = take(compressedSize);
    headerStart = take(headerStart);
  }
  return { compressedSize, size, headerStart };
}

async function* readMember(
  blob: Blob,
  name: string,
  member: Member,
  { signal, onBytes }: ByteStreamOptions = {},
): AsyncGenerator<Uint8Array> {
  refuseMember(name, member);
  const header = await viewOf(blob, member.headerStart, member.headerStart + LOCAL_HEADER_BYTES);
  if (header.byteLength < LOCAL_HEADER_BYTES) throw damagedMember(name, 'the archive ends before it');
  const start =
    member.headerStart + LOCAL_HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  const stored = blob.slice(start, start + member.compressedSize);
  let consumed = 0;
  const counted = stored.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        consumed += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  const bytes =
    member.method === DEFLATED ? counted.pipeThrough(new DecompressionStream('deflate-raw')) : counted;
  const reader = bytes.getReader();
  let size = 0;
  let checksum = ~0;
  try {
    for (;;) {
      throwIfCancelled(signal);
      const { done, value } = await reader.read().catch((cause: Error) => {
        throw damagedMember(name, cause.message, cause);
      });
      if (done) break;
      size += value.length;
      if (size > member.size) throw damagedMember(name, 'it is larger than the archive says');
      checksum = updateChecksum(checksum, value);
      yield value;
      onBytes?.(consumed);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (size < member.size) throw damagedMember(name, `it ends after ${size} of ${member.size} bytes`);
  if (~checksum >>> 0 !== member.checksum) throw damagedMember(name, 'its checksum (CRC-32) does not match');
}

function refuseMember(name: string, { isEncrypted, method, size, compressedSize }: Member): void {
  const refuse = (what: string) =>
    new GroundTrendError('input', `This member of the archive ${what}.`, {
      place: { file: name },
      advice: 'Unpack the archive and give the file inside.',
    });
  if (isEncrypted) throw refuse('is encrypted');
  if (method !== STORED && method !== DEFLATED) {
    throw refuse(`is compressed by method ${method}, which is not known here`);
  }
  const growth = findGrowth({ compressedSize, size });
  if (growth !== undefined) throw refuse(`would grow ${growth}-fold when unpacked, as no table does`);
}

async function viewOf(blob: Blob, start: number, end: number): Promise<DataView> {
  return new DataView(await blob.slice(start, end).arrayBuffer());
}

const CHECKSUM_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function updateChecksum(checksum: number, bytes: Uint8Array): number {
  let value = checksum;
  for (let i = 0; i < bytes.length; i++) value = CHECKSUM_TABLE[(value ^ bytes[i]) & 255] ^ (value >>> 8);
  return value;
}

function damagedArchive(name: string, why: string): GroundTrendError {
  return new GroundTrendError('input', 'This ZIP archive ends early or is damaged.', {
    place: { file: name },
    advice: `Download or copy it again. (${why})`,
  });
}

function damagedMember(name: string, why: string, cause?: unknown): GroundTrendError {
  return new GroundTrendError('input', `This member of the archive is damaged: ${why}.`, {
    place: { file: name },
    advice: 'Download or copy the archive again.',
    cause,
  });
}
