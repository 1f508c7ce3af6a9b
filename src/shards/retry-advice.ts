import { GroundTrendError } from '../errors.js';

/** Exit statuses of `shard run`, after sysexits.h: a scheduler should try again, or should not. */
export const EXIT_RETRY = 75;
export const EXIT_DO_NOT_RETRY = 65;

/** What a busy or broken machine or file system says; another attempt may go through. */
const PASSING_TROUBLES = new Set([
  'EAGAIN',
  'EBUSY',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOTCONN',
  'ESTALE',
  'ETIMEDOUT',
]);

/** The status for an error of a shard: bad input stays bad, a full disk or a stopped process need not. */
export function exitStatusFor(error: unknown): number {
  if (!(error instanceof GroundTrendError)) return EXIT_DO_NOT_RETRY;
  if (error.code === 'cancelled' || error.code === 'output') return EXIT_RETRY;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === 'string' && PASSING_TROUBLES.has(code) ? EXIT_RETRY : EXIT_DO_NOT_RETRY;
}
