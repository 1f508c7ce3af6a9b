import fc, { type Arbitrary } from 'fast-check';

/** Numbers at which counts, sizes and offsets go wrong. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const WIDE_EDGES = [0n, 1n, 1n << 31n, (1n << 32n) - 1n, 1n << 53n, 1n << 62n, (1n << 64n) - 1n];

/** A change to bytes; it gets the other files of the corpus to take pieces from. */
type Change = (bytes: Uint8Array) => Uint8Array;

/** A place in a file, more often near its ends, where headers and directories stand. */
const place: Arbitrary<(length: number) => number> = fc
  .tuple(fc.constantFrom('anywhere', 'anywhere', 'head', 'tail'), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([region, share]) => (length: number) => {
    const span = region === 'anywhere' ? length : Math.min(length, region === 'head' ? 256 : 2048);
    const at = Math.min(span - 1, Math.floor(share * span));
    return Math.max(0, region === 'tail' ? length - 1 - at : at);
  });

const changes: Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(place, fc.integer({ min: 0, max: 7 })).map(flipBit) },
  { weight: 3, arbitrary: fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(setByte) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(place, fc.constantFrom(...EDGES), fc.constantFrom(1, 2, 4), fc.boolean())
      .map(setNumber),
  },
  { weight: 1, arbitrary: fc.tuple(place, fc.constantFrom(...WIDE_EDGES), fc.boolean()).map(setWideNumber) },
  { weight: 1, arbitrary: place.map(cutOff) },
  { weight: 2, arbitrary: fc.tuple(place, fc.integer({ min: 1, max: 64 })).map(remove) },
  { weight: 2, arbitrary: fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 24 })).map(insert) },
  { weight: 2, arbitrary: fc.tuple(place, place, fc.integer({ min: 1, max: 400 })).map(copyOver) },
);

/** One of the seeds, changed in a few places; now and then left as it is. */
export function mutateBytes(seeds: readonly Uint8Array[], most = 5): Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(changes, { minLength: 0, maxLength: most }))
    .map(([seed, list]) => list.reduce<Uint8Array>((bytes, change) => change(bytes), seed.slice()));
}

function flipBit([where, bit]: [(length: number) => number, number]): Change {
  return (bytes) => {
    bytes[where(bytes.length)] ^= 1 << bit;
    return bytes;
  };
}

function setByte([where, value]: [(length: number) => number, number]): Change {
  return (bytes) => {
    bytes[where(bytes.length)] = value;
    return bytes;
  };
}

function setNumber([where, value, width, isLittle]: [
  (length: number) => number,
  number,
  number,
  boolean,
]): Change {
  return (bytes) => {
    const at = where(bytes.length);
    for (let i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = value >>> (8 * (isLittle ? i : width - 1 - i));
    }
    return bytes;
  };
}

function setWideNumber([where, value, isLittle]: [(length: number) => number, bigint, boolean]): Change {
  return (bytes) => {
    const at = where(bytes.length);
    if (at + 8 <= bytes.length) new DataView(bytes.buffer).setBigUint64(at, value, isLittle);
    return bytes;
  };
}

function cutOff(where: (length: number) => number): Change {
  return (bytes) => bytes.slice(0, where(bytes.length));
}

function remove([where, count]: [(length: number) => number, number]): Change {
  return (bytes) => {
    const at = where(bytes.length);
    return joinBytes(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + count)));
  };
}

function insert([where, added]: [(length: number) => number, Uint8Array]): Change {
  return (bytes) => {
    const at = where(bytes.length);
    return joinBytes(bytes.subarray(0, at), added, bytes.subarray(at));
  };
}

function copyOver([from, to, count]: [
  (length: number) => number,
  (length: number) => number,
  number,
]): Change {
  return (bytes) => {
    const source = from(bytes.length);
    bytes.copyWithin(to(bytes.length), source, Math.min(bytes.length, source + count));
    return bytes;
  };
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
