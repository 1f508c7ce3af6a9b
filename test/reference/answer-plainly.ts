/** What the page's server has, as far as it can be asked for. */
export interface PlainSession {
  /** `127.0.0.1:4321`. */
  readonly host: string;
  readonly token: string;
  /** The bytes of `data/map.parquet`. */
  readonly file: Uint8Array;
  readonly session: unknown;
}

export interface PlainLabel {
  readonly pid: string;
  readonly label: string;
  readonly annotator: string;
  readonly note: string;
}

/** What a request is answered with. */
export interface PlainAnswer {
  readonly status: number;
  /** Where one is certain. */
  readonly body?: Uint8Array;
  /** `Content-Range`, of a part. */
  readonly range?: string;
  /** The label that it writes. */
  readonly label?: PlainLabel;
}

const REQUEST = /^([A-Z]+) (\/[!-"$-~]*) HTTP\/1\.1\r\n((?:[A-Za-z0-9-]+:[ -~]*\r\n)*)\r\n(.*)$/s;
/** Others may change how a request is read. */
const KNOWN_HEADERS = [
  'host',
  'connection',
  'origin',
  'range',
  'content-type',
  'content-length',
  'sec-fetch-site',
  'sec-fetch-mode',
];
const MOST_BODY_BYTES = 8192;
const LABELS = ['', 'Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE', 'Other'];
const LONGEST_TEXT = 500;

/** The answer to a request that is whole, plain and sent once; `undefined` for any other, of which nothing is said. */
export function answerPlainly(request: string, session: PlainSession): PlainAnswer | undefined {
  const match = REQUEST.exec(request);
  if (match === null) return undefined;
  const [, method, target, head, body] = match;
  const lines = head.split('\r\n').slice(0, -1);
  const headers = new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  if (headers.size < lines.length || [...headers.keys()].some((name) => !KNOWN_HEADERS.includes(name)))
    return undefined;
  const bytes = new TextEncoder().encode(body).length;
  const isWhole = headers.has('content-length')
    ? headers.get('content-length') === String(bytes)
    : bytes === 0;
  if (!isWhole || headers.get('connection') !== 'close' || !headers.has('host')) return undefined;
  if (!['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE'].includes(method)) return undefined;

  const port = session.host.split(':')[1];
  const host = headers.get('host')!.toLowerCase();
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host.replace(`:${port}`, ''))) return { status: 403 };
  if (!host.endsWith(`:${port}`)) return { status: 403 };
  const origin = headers.get('origin')?.toLowerCase();
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403 };
  const site = headers.get('sec-fetch-site') ?? 'none';
  if (site !== 'none' && site !== 'same-origin' && headers.get('sec-fetch-mode') !== 'navigate')
    return { status: 403 };
  if (!['GET', 'HEAD', 'POST'].includes(method)) return { status: 405 };

  const path = target.split('?')[0];
  if (!path.startsWith(`/${session.token}/`)) return { status: 404 };
  const name = path.slice(session.token.length + 2);
  if (method === 'POST') return name === 'labels' ? answerLabel(body, headers, bytes) : { status: 405 };
  const answer = answerReading(name, headers.get('range'), session);
  return method === 'HEAD' && answer.body !== undefined ? { ...answer, body: new Uint8Array(0) } : answer;
}

function answerReading(
  name: string,
  range: string | undefined,
  { file, session }: PlainSession,
): PlainAnswer {
  if (name === 'labels' || name === '' || name === 'index.html') return { status: 200 };
  if (name === 'session.json')
    return { status: 200, body: new TextEncoder().encode(JSON.stringify(session)) };
  if (name !== 'data/map.parquet') return { status: 404 };
  // A range that is none, or is written in more than 15 digits, may be passed over.
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (first === undefined || (first === '' && last === '')) return { status: 200, body: file };
  if (first !== '' && last !== '' && Number(last) < Number(first)) return { status: 200, body: file };
  const places = Array.from(file, (_, place) => place).filter((place) =>
    first === ''
      ? place >= file.length - Number(last)
      : place >= Number(first) && (last === '' || place <= Number(last)),
  );
  if (places.length === 0) return { status: 416 };
  return {
    status: 206,
    body: Uint8Array.from(places, (place) => file[place]),
    range: `bytes ${places[0]}-${places.at(-1)}/${file.length}`,
  };
}

function answerLabel(body: string, headers: ReadonlyMap<string, string>, bytes: number): PlainAnswer {
  if (headers.get('content-type') !== 'application/json') return { status: 415 };
  if (bytes > MOST_BODY_BYTES) return { status: 413 };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { status: 400 };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { status: 400 };
  const { pid, label, annotator, note = '' } = value as Record<string, unknown>;
  const isText = (text: unknown): text is string =>
    typeof text === 'string' &&
    text.length <= LONGEST_TEXT &&
    // Half a surrogate pair has no bytes that mean it.
    Buffer.from(text).toString() === text &&
    [...text].every((character) => character >= ' ' && character !== '\u007f');
  const areTexts = isText(pid) && isText(label) && isText(annotator) && isText(note);
  if (!areTexts || pid === '' || annotator === '' || !LABELS.includes(label)) return { status: 400 };
  return { status: 200, label: { pid, label, annotator, note } };
}
