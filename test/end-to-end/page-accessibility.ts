import type { Page } from 'playwright-core';

/** Controls without a name, by their markup. */
export function listNameless(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, input:not([hidden]), select, canvas[tabindex], summary, progress',
      ),
    ]
      .filter((element) => element.getClientRects().length > 0)
      .filter((element) => {
        const labels = (element as HTMLInputElement).labels;
        const name =
          element.getAttribute('aria-label') ??
          (labels && labels.length > 0 ? labels[0].textContent : element.textContent);
        return (name ?? '').trim() === '';
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** Visible texts whose contrast to what lies behind them is below 4.5 to 1 (WCAG AA); disabled controls are exempt. */
export function listFaintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parse = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (rgb: number[]) => {
      const [r, g, b] = rgb.map((part) => {
        const share = part / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (start: Element): number[] => {
      for (let element: Element | null = start; element; element = element.parentElement) {
        const [r, g, b, alpha = 1] = parse(getComputedStyle(element).backgroundColor);
        if (alpha > 0.9) return [r, g, b];
      }
      return [255, 255, 255];
    };
    const faint: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('#app *')) {
      const hasText = [...element.childNodes].some(
        (node) => node.nodeType === 3 && node.textContent!.trim() !== '',
      );
      if (!hasText || element.closest('svg, :disabled, .hidden') || element.getClientRects().length === 0)
        continue;
      const [r, g, b] = parse(getComputedStyle(element).color);
      const light = luminance([r, g, b]);
      const behind = luminance(backgroundOf(element));
      const contrast = (Math.max(light, behind) + 0.05) / (Math.min(light, behind) + 0.05);
      if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${element.outerHTML.slice(0, 100)}`);
    }
    return faint;
  });
}
