import { GroundTrendError } from '../errors.js';

const REASONS: Readonly<Record<string, { what: string; advice: string }>> = {
  ENOSPC: { what: 'The disk is full.', advice: 'Free some space or choose another folder.' },
  SQLITE_FULL: { what: 'The disk is full.', advice: 'Free some space or choose another folder.' },
  EDQUOT: {
    what: 'The quota of disk space is used up.',
    advice: 'Free some space or choose another folder.',
  },
  EFBIG: {
    what: 'The file became larger than the file system allows.',
    advice: 'Choose another file system, or write the series apart from the map.',
  },
  EACCES: {
    what: 'The folder may not be written to.',
    advice: 'Choose another folder or change its rights.',
  },
  EPERM: { what: 'The folder may not be written to.', advice: 'Choose another folder or change its rights.' },
  EROFS: { what: 'The file system is read-only.', advice: 'Choose another folder.' },
  ENOENT: { what: 'The folder does not exist.', advice: 'Create it first.' },
  ENOTDIR: { what: 'A part of the path is not a folder.', advice: 'Look at the path again.' },
  ENAMETOOLONG: { what: 'The name is too long.', advice: 'Choose a shorter one.' },
  EEXIST: { what: 'The file exists already.', advice: 'Use --overwrite to replace it.' },
  EISDIR: { what: 'This is a folder, not a file.', advice: 'Name a file in it.' },
  EIO: { what: 'The disk reports an error.', advice: 'Choose another disk, and look after this one.' },
  EMFILE: { what: 'Too many files are open.', advice: 'Raise the limit (ulimit -n).' },
  ENFILE: {
    what: 'Too many files are open on this computer.',
    advice: 'Close other programs and try again.',
  },
  ESTALE: {
    what: 'The network drive has lost the file.',
    advice: 'Try again once it is back, or write to a disk of this computer.',
  },
  ETIMEDOUT: {
    what: 'The network drive does not answer.',
    advice: 'Try again once it is back, or write to a disk of this computer.',
  },
};

/** The `output` error that a code of the operating system stands for. */
export function createOutputError(path: string, code: 'EEXIST' | 'EISDIR'): GroundTrendError {
  const { what, advice } = REASONS[code];
  return new GroundTrendError('output', what, { place: { file: path }, advice });
}

/** Turns what the operating system or SQLite says into an `output` error about the file that was asked for. */
export function toOutputError(path: string, cause: unknown): GroundTrendError {
  if (cause instanceof GroundTrendError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = REASONS[code];
  const what = reason?.what ?? `Writing failed: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new GroundTrendError('output', what, { place: { file: path }, advice: reason?.advice, cause });
}
