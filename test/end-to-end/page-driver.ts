import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Chooses the point nearest to the middle of the map, by a click on it. */
export async function clickMiddlePoint(page: Page): Promise<void> {
  await page.focus('.maplibregl-canvas');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.point h2');
  const wanted = await page.textContent('.point h2');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.point', { state: 'detached' });
  // Zoom in on it by its pid, so that it lies in the middle, and click there.
  await page.fill('.search input', wanted!);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.point h2');
  await page.focus('.maplibregl-canvas');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.point', { state: 'detached' });
  await page.waitForTimeout(300);
  const box = (await page.locator('.stage .map').boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect.poll(() => page.textContent('.point h2')).toBe(wanted);
}

export async function drawTriangle(page: Page): Promise<void> {
  await page.click('text=Draw an area');
  const box = (await page.locator('.stage .map').boundingBox())!;
  const corners = [
    [0.3, 0.2],
    [0.6, 0.25],
    [0.45, 0.6],
  ];
  for (const [x, y] of corners) {
    await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    // Two clicks in quick succession would be a double click.
    await page.waitForTimeout(400);
  }
  await page.focus('.maplibregl-canvas');
  await page.keyboard.press('Enter');
}

export function paintedPixels(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.points')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 128) painted++;
    return painted;
  });
}

/** How many different opaque colours the points have, those of rims and edges left out. */
export function countColours(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.points')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const counts = new Map<number, number>();
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 255) continue;
      const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return [...counts.values()].filter((count) => count > 200).length;
  });
}

export async function pressUntilFocused(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`Tab never comes to ${selector}.`);
}

export async function dropFile(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ fileName, content }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(content)], fileName));
      return data;
    },
    { fileName: name, content: [...bytes] },
  );
  await page.dispatchEvent('.stage', 'drop', { dataTransfer: transfer });
}

/** Zooms out by the keyboard until the foot of the map says so. */
export async function zoomOutUntil(page: Page, wanted: RegExp): Promise<void> {
  await page.focus('.maplibregl-canvas');
  for (let presses = 0; presses < 12; presses++) {
    if (wanted.test((await page.textContent('.map-status')) ?? '')) return;
    await page.keyboard.press('Minus');
    await page.waitForTimeout(500);
  }
  throw new Error(`The map never says ${wanted}.`);
}

export async function clickForDownload(page: Page, selector: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
  return await readFile((await download.path())!);
}

export async function downloadMap(page: Page): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.selectOption('[aria-label="Download"]', 'whole'),
  ]);
  return await readFile((await download.path())!);
}

/** The observed column of the saved series. */
export async function savedSeries(page: Page): Promise<number[]> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.selectOption('[aria-label="Save the series"]', 'csv'),
  ]);
  const lines = (await readFile((await download.path())!, 'utf8')).trimEnd().split('\n').slice(1);
  return lines.map((line) => Number(line.split(',')[1]));
}
