import { type Markup, markup } from './markup.js';

export interface PieSlice {
  readonly label: string;
  readonly value: number;
  readonly colour: string;
}

const SIZE = 220;
const RADIUS = 96;

/** Shares of a whole as SVG, clockwise from the top; shares under 7 %, whose sectors are narrower than a label, are left to the legend. */
export function drawPieChart(slices: readonly PieSlice[], title: string): Markup {
  const total = slices.reduce((sum, slice) => sum + slice.value, 0);
  let start = 0;
  const sectors = slices
    .filter((slice) => slice.value > 0)
    .map((slice) => {
      const share = slice.value / total;
      const sector = drawSector(start, share, slice);
      start += share;
      return sector;
    });
  return markup`<svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="${title}">${sectors}</svg>`;
}

function drawSector(start: number, share: number, { label, colour }: PieSlice): Markup {
  const percent = `${(share * 100).toFixed(1)} %`;
  const middle = pointAt(start + share / 2, RADIUS * 0.72);
  const text =
    share < 0.07
      ? markup``
      : markup`<text x="${middle.x}" y="${middle.y + 4}" text-anchor="middle" class="share" style="fill:#fff;font-size:12px">${percent}</text>`;
  // One arc cannot close a full circle.
  if (share > 0.9999) {
    return markup`<circle cx="${SIZE / 2}" cy="${SIZE / 2}" r="${RADIUS}" fill="${colour}"><title>${label}</title></circle>${text}`;
  }
  const from = pointAt(start, RADIUS);
  const to = pointAt(start + share, RADIUS);
  const path = `M${SIZE / 2} ${SIZE / 2}L${from.x} ${from.y}A${RADIUS} ${RADIUS} 0 ${share > 0.5 ? 1 : 0} 1 ${to.x} ${to.y}Z`;
  return markup`<path d="${path}" fill="${colour}" stroke="#fff"><title>${label} ${percent}</title></path>${text}`;
}

function pointAt(turn: number, radius: number): { x: number; y: number } {
  const angle = 2 * Math.PI * turn;
  const round = (value: number) => Math.round(value * 100) / 100;
  return { x: round(SIZE / 2 + radius * Math.sin(angle)), y: round(SIZE / 2 - radius * Math.cos(angle)) };
}
