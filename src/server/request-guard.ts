import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is turned away, or the path within the session that it asks for. */
export type GuardedRequest =
  | { readonly path: string }
  | { readonly status: 403 | 404 | 405; readonly why: string };

/** 192 random bits, safe in an address. */
export function createToken(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * Lets through only who knows the token in the address and asks this very host: a page of another site can neither
 * guess the one nor, by pointing a name of its own at this machine, forge the other.
 */
export function guardRequest(
  request: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  token: string,
  hosts: ReadonlySet<string>,
): GuardedRequest {
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.has(host.toLowerCase())) {
    return { status: 403, why: 'This server does not answer under that name.' };
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return { status: 403, why: 'Other pages may not read from here.' };
  }
  const site = request.headers['sec-fetch-site'];
  const isOwn = site === undefined || site === 'same-origin' || site === 'none';
  if (!isOwn && request.headers['sec-fetch-mode'] !== 'navigate') {
    return { status: 403, why: 'Other pages may not read from here.' };
  }
  if (!['GET', 'HEAD', 'POST'].includes(request.method ?? '')) {
    return { status: 405, why: 'Only GET, HEAD and POST are answered.' };
  }
  const path = (request.url ?? '').split('?')[0];
  const [, given = '', ...rest] = path.split('/');
  if (!isSameText(given, token) || rest.length === 0) {
    return { status: 404, why: 'There is nothing here. Open the whole address that the command printed.' };
  }
  return { path: rest.join('/') };
}

/** Compares without telling by its duration how much of a guess was right. */
function isSameText(given: string, wanted: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(wanted);
  return left.length === right.length && timingSafeEqual(left, right);
}
