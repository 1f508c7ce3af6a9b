/** Code pages by the number that a dBase table's header has for its language driver (those with a web name). */
const BY_DRIVER: ReadonlyMap<number, string> = new Map([
  [0x02, 'windows-1252'],
  [0x03, 'windows-1252'],
  [0x57, 'windows-1252'],
  [0x64, 'windows-1250'],
  [0xc8, 'windows-1250'],
  [0xc9, 'windows-1251'],
  [0x26, 'ibm866'],
  [0x65, 'ibm866'],
  [0x7a, 'gbk'],
  [0x4d, 'gbk'],
  [0x13, 'shift_jis'],
  [0x7b, 'shift_jis'],
]);

/**
 * The decoder of a table's texts: what its .cpg file says, else its header, else Latin letters (which the format's
 * first makers meant).
 */
export function decoderOf(codePage: string | undefined, languageDriver: number): TextDecoder {
  const named = codePage?.trim() ?? '';
  const number = /^(?:ansi|cp|oem|windows)?[ -]?(125\d|866|936|932)$/i.exec(named)?.[1];
  const labels = [labelOfNumber(number), named, BY_DRIVER.get(languageDriver)];
  for (const label of labels) {
    if (label === undefined || label === '') continue;
    try {
      return new TextDecoder(label);
    } catch {
      // An encoding that this system does not know: the next best guess.
    }
  }
  return new TextDecoder('windows-1252');
}

function labelOfNumber(number: string | undefined): string | undefined {
  if (number === undefined) return undefined;
  if (number === '866') return 'ibm866';
  if (number === '936') return 'gbk';
  return number === '932' ? 'shift_jis' : `windows-${number}`;
}
