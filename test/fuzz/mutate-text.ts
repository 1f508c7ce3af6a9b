import fc, { type Arbitrary } from 'fast-check';

/** Numbers and words that programs write where a number should stand. */
export const ODD_CELLS = [
  '',
  ' ',
  '0',
  '-0',
  '-0.0',
  '+1.5',
  '.5',
  '5.',
  '-.5',
  '.',
  '-',
  '+',
  '1e3',
  '1E-3',
  '1e400',
  '-1e400',
  '1e39',
  '3.4028236e38',
  '1e-400',
  '1e-46',
  'NaN',
  '-nan',
  'nan',
  'NA',
  'N/A',
  'null',
  'None',
  'inf',
  '-Inf',
  'Infinity',
  '-Infinity',
  '0x10',
  '0b11',
  '0o7',
  '1_000',
  '1,5',
  '1.234,5',
  '1,234.5',
  "1'234.5",
  '1 234',
  '１２',
  '٣',
  '12e',
  '--1',
  '1-',
  '00012',
  '007.50',
  '999999999',
  '9999999999',
  '99999999999999999999',
  '123456789.123456789',
  '0.1',
  '0.30000000000000004',
  '16777217',
  '-16777217.0',
  '2147483648',
  '9007199254740993',
  'true',
  '#N/A',
  '*****',
  '1\u0000',
  '\u0000',
  '1\u00a0',
  '\ufeff1',
  '"1.5"',
  '" 1.5 "',
  '"1',
  '1"',
  '"1""5"',
  '"a\nb"',
  '=1+1',
  '1/2',
  '−1.5',
];

export const ODD_TEXTS = [
  '',
  ' ',
  'a',
  'é',
  '東京',
  '\u0000',
  '\u001b[31m',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  '"quoted"',
  "it's",
  'a,b',
  'a;b',
  'a\tb',
  '"a,b"',
  '"a""b"',
  '"open',
  'a"b',
  '"a" b',
  '\r',
  '../x',
  '=cmd()',
  '\u202e',
  '\ufffd',
  '\ud800',
  'P001x',
  'x'.repeat(300),
];

const LINE_ENDS = ['\n', '\r\n', '\r', '\n\n', '\r\r\n', '\u2028', '\u0085', '\v'];

type Change = (text: string) => string;

const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Marks that a format is made of, put in, taken out or doubled. */
function changesOf(marks: readonly string[], words: readonly string[]): Arbitrary<Change> {
  const mark = fc.constantFrom(...marks);
  const word = fc.constantFrom(...words);
  return fc.oneof(
    { weight: 3, arbitrary: fc.tuple(share, mark).map(([at, added]) => insertAt(at, added)) },
    { weight: 3, arbitrary: fc.tuple(share, word).map(([at, added]) => insertAt(at, added)) },
    { weight: 5, arbitrary: fc.tuple(share, word).map(([at, added]) => replaceWord(at, added)) },
    { weight: 2, arbitrary: fc.tuple(share, mark, mark).map(([at, from, to]) => replaceMark(at, from, to)) },
    {
      weight: 2,
      arbitrary: fc.tuple(share, fc.integer({ min: 1, max: 30 })).map(([at, n]) => removeAt(at, n)),
    },
    {
      weight: 1,
      arbitrary: share.map(
        (at): Change =>
          (text) =>
            text.slice(0, Math.floor(at * text.length)),
      ),
    },
    { weight: 2, arbitrary: fc.tuple(share, share).map(([from, to]) => doubleLine(from, to)) },
    { weight: 1, arbitrary: share.map(removeLine) },
    {
      weight: 1,
      arbitrary: fc.tuple(share, fc.constantFrom(...LINE_ENDS)).map(([at, end]) => insertAt(at, end)),
    },
    { weight: 1, arbitrary: fc.constant<Change>((text) => `\ufeff${text}`) },
    { weight: 1, arbitrary: fc.constant<Change>((text) => text.replace(/[\r\n]+$/, '')) },
    { weight: 1, arbitrary: fc.constant<Change>((text) => text.replaceAll('\n', '\r\n')) },
  );
}

/** One of the seeds, changed in a few places. `marks` are the format's punctuation, `words` what may stand between. */
export function mutateText(
  seeds: readonly string[],
  marks: readonly string[],
  words: readonly string[] = [...ODD_CELLS, ...ODD_TEXTS],
  most = 5,
): Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(changesOf(marks, words), { maxLength: most }))
    .map(([seed, list]) => list.reduce((text, change) => change(text), seed));
}

function insertAt(at: number, added: string): Change {
  return (text) => {
    const position = Math.floor(at * (text.length + 1));
    return text.slice(0, position) + added + text.slice(position);
  };
}

function removeAt(at: number, count: number): Change {
  return (text) => {
    const position = Math.floor(at * text.length);
    return text.slice(0, position) + text.slice(position + count);
  };
}

/** Replaces what stands between two marks or line ends. */
function replaceWord(at: number, added: string): Change {
  return (text) => {
    const position = Math.floor(at * text.length);
    const isWord = (index: number) => /[^,;\t\n\r:{}[\]]/.test(text[index] ?? ',');
    let start = position;
    let end = position;
    while (start > 0 && isWord(start - 1)) start--;
    while (end < text.length && isWord(end)) end++;
    return text.slice(0, start) + added + text.slice(end);
  };
}

function replaceMark(at: number, from: string, to: string): Change {
  return (text) => {
    const position = text.indexOf(from, Math.floor(at * text.length));
    return position < 0 ? text : text.slice(0, position) + to + text.slice(position + from.length);
  };
}

function doubleLine(from: number, to: number): Change {
  return (text) => {
    const lines = text.split('\n');
    const line = lines[Math.floor(from * lines.length)] ?? '';
    lines.splice(Math.floor(to * lines.length), 0, line);
    return lines.join('\n');
  };
}

function removeLine(at: number): Change {
  return (text) => {
    const lines = text.split('\n');
    lines.splice(Math.floor(at * lines.length), 1);
    return lines.join('\n');
  };
}
