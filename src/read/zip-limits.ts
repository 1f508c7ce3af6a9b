import { GroundTrendError } from '../errors.js';

const MOST_MEMBERS = 100_000;
/** Text does not shrink further than this; a member that claims to is made to fill memory or time. */
const LARGEST_RATIO = 200;
/** Below this size a high ratio does no harm. */
const HARMLESS_BYTES = 256 << 20;

/** Where a member lies in its archive, and what it says that it grows to. */
export interface MemberExtent {
  readonly start: number;
  readonly compressedSize: number;
  readonly size: number;
}

/** How many times its size a member would grow, where that is more than any table does; `undefined` otherwise. */
export function findGrowth({ compressedSize, size }: Omit<MemberExtent, 'start'>): number | undefined {
  const ratio = size / Math.max(1, compressedSize);
  return size > HARMLESS_BYTES && ratio > LARGEST_RATIO ? Math.round(ratio) : undefined;
}

/**
 * What makes an archive of `archiveBytes` one that is built to fill memory or time, in words that complete "this
 * archive ..."; `undefined` for a sound one. Members that share their bytes are how a small archive holds many large
 * ones (Fifield 2019, "A better zip bomb").
 */
function findZipBomb(members: readonly MemberExtent[], archiveBytes: number): string | undefined {
  if (members.length > MOST_MEMBERS) return `has ${members.length} members`;
  const stored = members.filter(({ compressedSize }) => compressedSize > 0);
  stored.sort((left, right) => left.start - right.start);
  const overlaps = stored.some(
    ({ start }, index) => index > 0 && start < stored[index - 1].start + stored[index - 1].compressedSize,
  );
  if (overlaps) return 'has members that share their bytes';
  // A member that is too large by itself is refused by itself.
  const others = members.filter((member) => findGrowth(member) === undefined);
  const growth = findGrowth({
    compressedSize: archiveBytes,
    size: others.reduce((sum, { size }) => sum + size, 0),
  });
  return growth === undefined ? undefined : `would grow ${growth}-fold when unpacked`;
}

/** Throws `input` for an archive that is made to fill memory or time. */
export function refuseBomb(members: readonly MemberExtent[], archiveBytes: number, name: string): void {
  const why = findZipBomb(members, archiveBytes);
  if (why === undefined) return;
  throw new GroundTrendError('input', `This ZIP archive ${why}, as none of tables does.`, {
    place: { file: name },
    advice: 'Where it is to be trusted, unpack it and give the files inside.',
  });
}
