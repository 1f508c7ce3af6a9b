import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { renderPng } from './figure-png.node.js';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30" width="60" height="30" font-family="system-ui, sans-serif">
<rect width="60" height="30" fill="#fff"/><rect x="10" y="20" width="5" height="5" fill="#d00"/>
<text x="20" y="14" font-size="12" fill="#000">mm</text></svg>`;

interface Picture {
  readonly width: number;
  readonly height: number;
  colourAt(x: number, y: number): readonly number[];
}

/** Reads eight-bit RGBA without interlace, after the PNG specification (W3C, third edition). */
function readPng(bytes: Uint8Array): Picture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const packed: Uint8Array[] = [];
  let width = 0;
  let height = 0;
  for (let at = 8; at < bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'IHDR') {
      [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
      expect([...bytes.subarray(at + 16, at + 21)]).toEqual([8, 6, 0, 0, 0]);
    }
    if (type === 'IDAT') packed.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(packed));
  const stride = 4 * width;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let i = 0; i < stride; i++) {
      const left = i >= 4 ? pixels[y * stride + i - 4] : 0;
      const up = y > 0 ? pixels[(y - 1) * stride + i] : 0;
      const corner = i >= 4 && y > 0 ? pixels[(y - 1) * stride + i - 4] : 0;
      const guesses = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
      pixels[y * stride + i] = raw[y * (stride + 1) + 1 + i] + guesses[filter];
    }
  }
  return {
    width,
    height,
    colourAt: (x, y) => [...pixels.subarray(y * stride + 4 * x, y * stride + 4 * x + 4)],
  };
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value));
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

describe('renderPng', () => {
  it('draws what the figure says, twice its size', async () => {
    const picture = readPng(await renderPng(SVG));
    expect([picture.width, picture.height]).toEqual([120, 60]);
    expect(picture.colourAt(25, 45)).toEqual([0xdd, 0, 0, 255]);
    expect(picture.colourAt(5, 5)).toEqual([255, 255, 255, 255]);
  });

  it('writes its text without a font of the machine', async () => {
    const picture = readPng(await renderPng(SVG));
    let dark = 0;
    for (let y = 0; y < 30; y++) {
      for (let x = 40; x < 90; x++) if (picture.colourAt(x, y)[0] < 128) dark++;
    }
    // Two letters of three stems each, two units wide and nine high, are some hundred pixels of ink.
    expect(dark).toBeGreaterThan(100);
    expect(dark).toBeLessThan(600);
  });

  it('gives the same bytes again', async () => {
    expect(await renderPng(SVG)).toEqual(await renderPng(SVG));
  });
});
