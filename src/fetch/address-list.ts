import { GroundTrendError } from '../errors.js';

/** Something to download, and the name of the file that it becomes. */
export interface Download {
  readonly address: URL;
  readonly fileName: string;
}

/**
 * The addresses of a list: one a line, blank lines and those that start with # passed over, the same address only once.
 * The file's name is the last part of the path.
 *
 * Throws `input` for a line that is no http address, and where two addresses would become one file. No message holds
 * more of an address than `showAddress`.
 */
export function readAddressList(text: string, file: string): Download[] {
  const downloads = new Map<string, Download>();
  text.split(/\r?\n/).forEach((line, index) => {
    const written = line.trim();
    if (written === '' || written.startsWith('#')) return;
    const place = { file, line: index + 1 };
    const address = URL.canParse(written) ? new URL(written) : undefined;
    if (address === undefined || !/^https?:$/.test(address.protocol)) {
      throw new GroundTrendError('input', 'This is not an http address.', {
        place,
        advice: 'The list that the EGMS Explorer hands out has one address a line.',
      });
    }
    const fileName = nameOf(address);
    if (fileName === undefined) {
      throw new GroundTrendError('input', `${showAddress(address)} names no file, or one too long.`, {
        place,
      });
    }
    // On some systems names that differ in capitals alone are one file.
    const known = downloads.get(fileName.toLowerCase());
    if (known !== undefined && known.address.href !== address.href) {
      if (known.address.pathname === address.pathname && known.address.host === address.host) return;
      throw new GroundTrendError('input', `Two addresses would both become ${fileName}.`, { place });
    }
    downloads.set(fileName.toLowerCase(), { address, fileName });
  });
  return [...downloads.values()];
}

/** True for what is to be downloaded rather than opened. */
export function isAddress(input: string): boolean {
  return /^https?:\/\//i.test(input);
}

/** An address without what may be secret: no token in the query, no user, no password. */
export function showAddress({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

const LONGEST_NAME = 200;
/** Names that Windows keeps for devices, whatever their ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** A name that stays in its folder, on every system; `undefined` where nothing of it is left, or too much. */
function nameOf(address: URL): string | undefined {
  const last = address.pathname.split('/').at(-1) ?? '';
  let decoded = last;
  try {
    decoded = decodeURIComponent(last);
  } catch {
    // A stray per cent sign is part of the name.
  }
  const safe = decoded
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+|\.+$/g, '')
    .replace(DEVICE, '_$1');
  return safe === '' || safe.length > LONGEST_NAME ? undefined : safe;
}
