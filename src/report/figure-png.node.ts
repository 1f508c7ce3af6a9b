import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** The figures' own font comes with the package, so that labels look the same on a machine without fonts. */
const FONT = 'DejaVu Sans';
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/** Twice the size of a figure on a screen: about 200 dots an inch where it is printed a hand wide. */
const PIXELS_PER_UNIT = 2;

let fonts: Promise<Uint8Array[]> | undefined;

/** Draws an SVG figure as PNG, two pixels a unit of the figure, by the same renderer and font on every machine. */
export async function renderPng(svg: string): Promise<Uint8Array> {
  fonts ??= prepare();
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: PIXELS_PER_UNIT },
    font: { fontBuffers: await fonts, defaultFontFamily: FONT, sansSerifFamily: FONT },
  });
  const rendered = image.render();
  try {
    // A copy: what the renderer returns lies in memory that it is about to give back.
    return Uint8Array.from(rendered.asPng());
  } finally {
    rendered.free();
    image.free();
  }
}

async function prepare(): Promise<Uint8Array[]> {
  await initWasm(await readPackaged('@resvg/resvg-wasm/index_bg.wasm'));
  return Promise.all(FONT_FILES.map((name) => readPackaged(`dejavu-fonts-ttf/ttf/${name}`)));
}

async function readPackaged(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(fileURLToPath(import.meta.resolve(name))));
}
