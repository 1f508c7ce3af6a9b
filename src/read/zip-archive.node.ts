import { createReadStream } from 'node:fs';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { GroundTrendError, throwIfCancelled } from '../errors.js';
import type { ByteSource, ByteStreamOptions } from './byte-source.js';
import { tryFile } from './file-source.node.js';
import { findGrowth, type MemberExtent, refuseBomb } from './zip-limits.js';

const STORED = 0;
const DEFLATED = 8;
const PIECE_BYTES = 1 << 20;

interface MemberPlace {
  readonly dataStart: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc: number;
  readonly isDeflated: boolean;
}

/**
 * The members of a ZIP archive as sources of bytes, named `archive.zip/member.csv`, in the order of the archive;
 * folders and what macOS adds are left out.
 *
 * Throws `input` where the archive ends early or is damaged. What is wrong with one member (encrypted, an unknown
 * compression, damaged, larger than it says) is thrown when it is opened.
 */
export async function listZipMembers(path: string, name: string): Promise<ByteSource[]> {
  const members: ByteSource[] = [];
  const extents: MemberExtent[] = [];
  let archive: ZipFile | undefined;
  try {
    archive = await tryFile(name, () => openPromise(path, { lazyEntries: true, autoClose: false }));
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName.endsWith('/') || entry.fileName.startsWith('__MACOSX/')) continue;
      const memberName = `${name}/${entry.fileName}`;
      const obstacle = findObstacle(entry, memberName);
      const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
      const place: MemberPlace = {
        dataStart: fileDataStart,
        compressedSize: entry.compressedSize,
        size: entry.uncompressedSize,
        crc: entry.crc32,
        isDeflated: entry.compressionMethod === DEFLATED,
      };
      extents.push({ start: fileDataStart, compressedSize: place.compressedSize, size: place.size });
      members.push({
        name: memberName,
        totalBytes: entry.compressedSize,
        file: path,
        open(options) {
          if (obstacle !== undefined) throw obstacle;
          return readMember(path, memberName, place, options);
        },
      });
    }
    refuseBomb(extents, archive.fileSize, name);
    return members;
  } catch (cause) {
    if (cause instanceof GroundTrendError) throw cause;
    throw new GroundTrendError('input', 'This ZIP archive ends early or is damaged.', {
      place: { file: name },
      advice: `Download or copy it again. (${(cause as Error).message})`,
      cause,
    });
  } finally {
    archive?.close();
  }
}

function findObstacle(entry: Entry, memberName: string): GroundTrendError | undefined {
  const place = { file: memberName };
  if (entry.isEncrypted()) {
    return new GroundTrendError('input', 'This member of the archive is encrypted.', {
      place,
      advice: 'Unpack the archive with its password and give the file inside.',
    });
  }
  if (entry.compressionMethod !== DEFLATED && entry.compressionMethod !== STORED) {
    return new GroundTrendError(
      'input',
      `This member of the archive is compressed by method ${entry.compressionMethod}, which is not known here.`,
      { place, advice: 'Unpack the archive and give the file inside.' },
    );
  }
  const growth = findGrowth({ compressedSize: entry.compressedSize, size: entry.uncompressedSize });
  if (growth !== undefined) {
    return new GroundTrendError(
      'input',
      `This member of the archive would grow ${growth}-fold when unpacked, as no table does.`,
      { place, advice: 'Where the file is to be trusted, unpack the archive and give the file inside.' },
    );
  }
  return undefined;
}

async function* readMember(
  path: string,
  name: string,
  member: MemberPlace,
  { signal, onBytes }: ByteStreamOptions = {},
): AsyncGenerator<Uint8Array> {
  throwIfCancelled(signal);
  if (member.compressedSize === 0) return;
  const stored = createReadStream(path, {
    start: member.dataStart,
    end: member.dataStart + member.compressedSize - 1,
    highWaterMark: PIECE_BYTES,
  });
  const inflate = member.isDeflated ? createInflateRaw({ chunkSize: PIECE_BYTES }) : undefined;
  if (inflate !== undefined) {
    stored.on('error', (error) => inflate.destroy(error));
    stored.pipe(inflate);
  }
  let crc = 0;
  let size = 0;
  try {
    for await (const piece of (inflate ?? stored) as AsyncIterable<Buffer>) {
      throwIfCancelled(signal);
      size += piece.length;
      if (size > member.size) throw damaged(name, 'it is larger than the archive says');
      crc = crc32(piece, crc);
      yield piece;
      onBytes?.(stored.bytesRead);
    }
    if (size < member.size) throw damaged(name, `it ends after ${size} of ${member.size} bytes`);
    if (crc !== member.crc) throw damaged(name, 'its checksum (CRC-32) does not match');
  } catch (error) {
    if (error instanceof GroundTrendError) throw error;
    throw damaged(name, (error as Error).message, error);
  } finally {
    inflate?.destroy();
    stored.destroy();
  }
}

function damaged(name: string, why: string, cause?: unknown): GroundTrendError {
  return new GroundTrendError('input', `This member of the archive is damaged: ${why}.`, {
    place: { file: name },
    advice: 'Download or copy the archive again.',
    cause,
  });
}
