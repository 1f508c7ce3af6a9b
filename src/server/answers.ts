import type { IncomingMessage, ServerResponse } from 'node:http';

/** No request brings more than this: a label, or an order to the training. */
const LARGEST_BODY_BYTES = 8192;

export function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${text}\n`);
}

/**
 * The object in a request's body, or `undefined` once the request has been answered with what is wrong with it. Only
 * `application/json` is taken: a page of another site cannot send that without being asked first.
 */
export async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Record<string, unknown> | undefined> {
  if (request.headers['content-type'] !== 'application/json') {
    sendText(response, 415, 'This is taken as application/json only.');
    return undefined;
  }
  const text = await readBody(request);
  if (text === undefined) {
    response.setHeader('Connection', 'close');
    sendText(response, 413, `Nothing longer than ${LARGEST_BODY_BYTES} bytes is taken.`);
    return undefined;
  }
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Answered below, with everything else that is no object.
  }
  sendText(response, 400, 'The request holds no JSON object.');
  return undefined;
}

/** The body as text, or `undefined` once it is longer than allowed. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LARGEST_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
