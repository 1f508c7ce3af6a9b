/** Texts as bytes: cheap to hand to another thread or to write as they are. */
export interface PackedTexts {
  /** Bytes of every text, in UTF-8. */
  readonly lengths: Uint32Array;
  /** All texts, one after the other. */
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function packTexts(texts: readonly string[]): PackedTexts {
  const lengths = new Uint32Array(texts.length);
  let characters = 0;
  for (let row = 0; row < lengths.length; row++) characters += lengths[row] = texts[row].length;
  if (characters === 0) return { lengths, bytes: new Uint8Array(0) };
  const bytes = encoder.encode(texts.join(''));
  // Where every character is one byte, lengths in bytes and in characters are the same.
  if (bytes.length === characters) return { lengths, bytes };
  const pieces = texts.map((text) => encoder.encode(text));
  pieces.forEach((piece, row) => {
    lengths[row] = piece.length;
  });
  const separate = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    separate.set(piece, at);
    at += piece.length;
  }
  return { lengths, bytes: separate };
}

export function unpackTexts({ lengths, bytes }: PackedTexts): string[] {
  if (bytes.length === 0) return new Array<string>(lengths.length).fill('');
  const whole = decoder.decode(bytes);
  const isPlain = whole.length === bytes.length;
  const texts = new Array<string>(lengths.length);
  let at = 0;
  for (let row = 0; row < lengths.length; row++) {
    const end = at + lengths[row];
    texts[row] = isPlain ? whole.slice(at, end) : decoder.decode(bytes.subarray(at, end));
    at = end;
  }
  return texts;
}
