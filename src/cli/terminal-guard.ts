import { CONTROLS, showControl } from '../shown-text.js';

const ESCAPE = '\u001b';
/** What we write ourselves: the colours of a plot, and the line of progress at the beginning of what is written. */
const OWN: readonly string[] = [
  ...[0, 31, 32, 33, 35].map((colour) => `${ESCAPE}[${colour}m`),
  `\r${ESCAPE}[K`,
];
/** What may be one of these, and what must not get through: controls, and marks that turn the direction of writing. */
const SEQUENCE_OR_CONTROL = /^\r\p{Cc}\[K|\p{Cc}\[[0-9]{1,2}m|[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * Text without what would make a terminal do something: names in files may hold sequences that move its cursor, rename
 * its window or hide what follows. They are shown as JSON writes them (`\u001b`), so that JSON stays what it is. Line
 * feeds, tabs, colours and the line of progress drawn anew are our own, and stay; those in names are shown where the names
 * are put into lines (`showText`).
 */
export function neutraliseControls(text: string): string {
  return text.replace(SEQUENCE_OR_CONTROL, (found) =>
    OWN.includes(found) ? found : found.replace(CONTROLS, showUnlessOurs),
  );
}

function showUnlessOurs(control: string): string {
  return control === '\n' || control === '\t' ? control : showControl(control);
}

/** Makes a stream neutralise every text that is written to it, whoever writes. */
export function guardTerminal(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stream.write = ((chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? neutraliseControls(chunk) : chunk, ...rest)) as typeof stream.write;
}
