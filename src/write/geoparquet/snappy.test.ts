import { snappyUncompress } from 'hyparquet';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import { ByteBuffer } from '../byte-buffer.js';
import { appendSnappy } from './snappy.js';

const random = createRandom('snappy');
const noise = (length: number) => Uint8Array.from({ length }, () => random.integer(256));
const texts = (length: number) => {
  const words = Array.from({ length: 40 }, () => noise(1 + random.integer(90)));
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const word = words[random.integer(words.length)];
    bytes.set(word.subarray(0, length - at), at);
    at += word.length;
  }
  return bytes;
};

describe('Snappy', () => {
  it.each([
    ['nothing', new Uint8Array(0)],
    ['one byte', Uint8Array.of(7)],
    ['fewer bytes than are searched', noise(14)],
    ['noise', noise(100_000)],
    ['one value again and again', new Uint8Array(100_000).fill(9)],
    ['words in any order', texts(300_000)],
    [
      'doubles with few digits',
      new Uint8Array(Float64Array.from({ length: 9000 }, (_, i) => i % 977).buffer),
    ],
    [
      'what comes again from too far away',
      Uint8Array.from([...noise(70_000), ...texts(500), ...noise(70_000)]),
    ],
  ])('gives back %s, and the bytes that the library makes of it', (_, plain) => {
    const target = new ByteBuffer();
    target.appendText('before');
    appendSnappy(target, plain);
    const packed = target.view().subarray('before'.length);
    const unpacked = new Uint8Array(plain.length);
    snappyUncompress(packed, unpacked);
    expect(unpacked).toEqual(plain);
    expect(packed).toEqual(snappyCompress(plain));
  });
});
