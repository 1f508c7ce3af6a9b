import { type MapView, mercatorX, mercatorY, worldPixels } from './mercator.js';

/** Points in the order in which they are drawn: later ones lie on top. */
export interface DrawList {
  readonly count: number;
  /** Web Mercator, 0 to 1. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** 0xAABBGGRR, as little-endian machines hold a canvas's bytes. */
  readonly colours: Uint32Array;
}

/** A disc as the offsets and coverage (1 to 255) of its pixels. */
interface Stamp {
  readonly radius: number;
  readonly dx: Int32Array;
  readonly dy: Int32Array;
  readonly coverage: Uint8Array;
}

const RIM_PIXELS = 1;
/** How much of a colour is left at a disc's rim, so that neighbours of one colour stay apart. */
const RIM_LIGHT = 0.62;
const SMALLEST_RIMMED = 3.2;

const stamps = new Map<number, Stamp>();

/**
 * Draws discs into the pixels of a canvas, which must be cleared, and returns how many lie in it. On a machine without
 * graphics hardware this is far faster than WebGL in software: a million points take some tens of milliseconds.
 *
 * @param radius in pixels of the canvas
 */
export function drawPoints(
  pixels: Uint32Array,
  width: number,
  height: number,
  list: DrawList,
  view: MapView,
  pixelRatio: number,
  radius: number,
): number {
  const scale = worldPixels(view.zoom) * pixelRatio;
  const left = mercatorX(view.longitude) * scale - width / 2;
  const top = mercatorY(view.latitude) * scale - height / 2;
  const stamp = stampOf(radius);
  const reach = Math.ceil(radius) + 1;
  const isRimmed = radius >= SMALLEST_RIMMED * Math.min(pixelRatio, 1.5);
  const inner = isRimmed ? stampOf(radius - RIM_PIXELS * pixelRatio) : undefined;
  const { x, y, colours, count } = list;
  let drawn = 0;
  for (let i = 0; i < count; i++) {
    const column = Math.floor(x[i] * scale - left);
    if (!(column >= -reach && column < width + reach)) continue;
    const row = Math.floor(y[i] * scale - top);
    if (!(row >= -reach && row < height + reach)) continue;
    drawn++;
    const isInside = column >= reach && column < width - reach && row >= reach && row < height - reach;
    const colour = colours[i];
    if (inner) {
      drawStamp(pixels, width, height, stamp, column, row, darken(colour), isInside);
      drawStamp(pixels, width, height, inner, column, row, colour, isInside);
    } else {
      drawStamp(pixels, width, height, stamp, column, row, colour, isInside);
    }
  }
  return drawn;
}

/** Radius in CSS pixels by zoom: small where many points share a pixel, a clear target where they stand apart. */
export function radiusAtZoom(zoom: number, points: number): number {
  const crowd = points > 400_000 ? -0.8 : points > 60_000 ? -0.4 : points < 8000 ? 0.7 : 0;
  return Math.min(7, Math.max(0.8, 1.4 + crowd + Math.max(0, zoom - 9) * 0.5));
}

function stampOf(radius: number): Stamp {
  const key = Math.round(Math.max(0.5, radius) * 4);
  let stamp = stamps.get(key);
  if (stamp === undefined) {
    stamp = cutStamp(key / 4);
    stamps.set(key, stamp);
  }
  return stamp;
}

function cutStamp(radius: number): Stamp {
  const reach = Math.ceil(radius);
  const dx: number[] = [];
  const dy: number[] = [];
  const coverage: number[] = [];
  for (let row = -reach; row <= reach; row++) {
    for (let column = -reach; column <= reach; column++) {
      const share = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(column, row)));
      if (share < 0.04) continue;
      dx.push(column);
      dy.push(row);
      coverage.push(Math.round(share * 255));
    }
  }
  return { radius, dx: Int32Array.from(dx), dy: Int32Array.from(dy), coverage: Uint8Array.from(coverage) };
}

function drawStamp(
  pixels: Uint32Array,
  width: number,
  height: number,
  { dx, dy, coverage }: Stamp,
  column: number,
  row: number,
  colour: number,
  isInside: boolean,
): void {
  const base = row * width + column;
  for (let k = 0; k < dx.length; k++) {
    if (!isInside) {
      const px = column + dx[k];
      const py = row + dy[k];
      if (px < 0 || px >= width || py < 0 || py >= height) continue;
    }
    const at = base + dy[k] * width + dx[k];
    const share = coverage[k];
    pixels[at] = share === 255 ? colour : blend(pixels[at], colour, share);
  }
}

/** An opaque colour, covering `share` of 255, over whatever is there. */
function blend(below: number, colour: number, share: number): number {
  const belowAlpha = below >>> 24;
  if (belowAlpha === 0) return ((colour & 0xffffff) | (share << 24)) >>> 0;
  const rest = (belowAlpha * (255 - share)) / 255;
  const alpha = share + rest;
  const mix = (shift: number) =>
    (((colour >>> shift) & 255) * share + ((below >>> shift) & 255) * rest) / alpha;
  return ((mix(0) & 255) | ((mix(8) & 255) << 8) | ((mix(16) & 255) << 16) | (alpha << 24)) >>> 0;
}

function darken(colour: number): number {
  const part = (shift: number) => (((colour >>> shift) & 255) * RIM_LIGHT) & 255;
  return (part(0) | (part(8) << 8) | (part(16) << 16) | (colour & 0xff000000)) >>> 0;
}
