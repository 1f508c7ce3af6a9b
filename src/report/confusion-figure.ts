import { type ConfusionMatrix, confusionTotals } from '../evaluate/confusion-matrix.js';
import { type Markup, markup } from './markup.js';

const CELL = 74;
const LEFT = 96;
const TOP = 62;

/**
 * A confusion matrix as the paper lays it out: true classes down (or what stands for them: `rowAxis` says it), predicted
 * across, share of the row and count.
 */
export function drawConfusionMatrix(matrix: ConfusionMatrix, title: string, rowAxis = 'true'): Markup {
  const size = matrix.classes.length;
  const { byTruth } = confusionTotals(matrix);
  const cells: Markup[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const count = matrix.counts[row * size + column];
      const share = byTruth[row] === 0 ? 0 : count / byTruth[row];
      cells.push(drawCell(row, column, share, count));
    }
  }
  const heads = matrix.classes.flatMap((name, k) => [
    markup`<text x="${LEFT - 8}" y="${TOP + (k + 0.5) * CELL + 4}" text-anchor="end" class="head">${name}</text>`,
    markup`<text x="${LEFT + (k + 0.5) * CELL}" y="${TOP - 10}" text-anchor="middle" class="head">${name}</text>`,
  ]);
  const side = size * CELL;
  return markup`<svg viewBox="0 0 ${LEFT + side + 6} ${TOP + side + 6}" role="img" aria-label="${title}">
<text x="${LEFT + side / 2}" y="22" text-anchor="middle" class="axis">predicted</text>
<text x="16" y="${TOP + side / 2}" text-anchor="middle" class="axis" transform="rotate(-90 16 ${TOP + side / 2})">${rowAxis}</text>
${heads}${cells}</svg>`;
}

function drawCell(row: number, column: number, share: number, count: number): Markup {
  const x = LEFT + column * CELL;
  const y = TOP + row * CELL;
  const ink = share > 0.55 ? '#fff' : '#1d2a30';
  return markup`<rect x="${x}" y="${y}" width="${CELL - 2}" height="${CELL - 2}" fill="${shade(share)}"/>
<text x="${x + CELL / 2 - 1}" y="${y + CELL / 2}" text-anchor="middle" class="share" style="fill:${ink}">${(share * 100).toFixed(1)} %</text>
<text x="${x + CELL / 2 - 1}" y="${y + CELL / 2 + 16}" text-anchor="middle" class="tick" style="fill:${ink}">${count}</text>`;
}

/** From near white to a deep blue as the share goes from 0 to 1. */
function shade(share: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * share);
  return `rgb(${mix(240, 8)}, ${mix(244, 69)}, ${mix(247, 115)})`;
}
