import { mercatorX, mercatorY } from './mercator.js';

const INK = '#12303b';
const HALO = '#ffffffd9';

/** What lies over the points: outlines of areas, the one being drawn, marks of chosen points. */
export interface Overlay {
  readonly outlines: readonly {
    readonly name: string;
    readonly ring: readonly (readonly [number, number])[];
    readonly isChosen: boolean;
  }[];
  readonly draft: readonly (readonly [number, number])[];
  readonly selected: number | undefined;
  readonly compared: readonly number[];
}

/** From the unit square of Web Mercator to CSS pixels. */
export type Placer = (x: number, y: number) => [number, number];

type Ring = readonly (readonly [number, number])[];

/** Draws outlines with their names, the corners of the one being drawn, and rings about marked points. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  { outlines, draft, selected, compared }: Overlay,
  points: { readonly x: Float64Array; readonly y: Float64Array } | undefined,
  hovered: number | undefined,
  radius: number,
  place: Placer,
): void {
  const onScreen = (ring: Ring): Ring =>
    ring.map(([longitude, latitude]) => place(mercatorX(longitude), mercatorY(latitude)));
  context.lineJoin = 'round';
  for (const { ring, name, isChosen } of outlines) {
    const corners = onScreen(ring);
    strokeRing(context, corners, isChosen);
    const [x, y] = corners.reduce((best, next) => (next[1] < best[1] ? next : best));
    writeName(context, name, x, y - 7);
  }
  if (draft.length > 0) {
    const corners = onScreen(draft);
    strokeRing(context, corners, true);
    for (const corner of corners) drawCorner(context, corner);
  }
  if (!points) return;
  const mark = (row: number, distance: number, width: number) => {
    if (row < points.x.length)
      markPoint(context, place(points.x[row], points.y[row]), radius + distance, width);
  };
  for (const row of compared) mark(row, 3, 1.5);
  if (hovered !== undefined) mark(hovered, 2, 1.5);
  if (selected !== undefined) mark(selected, 4, 2.6);
}

function writeName(context: CanvasRenderingContext2D, name: string, x: number, y: number): void {
  context.font = '600 12px system-ui, sans-serif';
  context.textAlign = 'center';
  context.lineWidth = 4;
  context.strokeStyle = HALO;
  context.strokeText(name, x, y);
  context.fillStyle = INK;
  context.fillText(name, x, y);
}

function strokeRing(context: CanvasRenderingContext2D, ring: Ring, isChosen: boolean): void {
  context.beginPath();
  ring.forEach(([x, y], index) => {
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.closePath();
  context.lineWidth = isChosen ? 5 : 4;
  context.strokeStyle = HALO;
  context.stroke();
  context.lineWidth = isChosen ? 2.4 : 1.4;
  context.strokeStyle = INK;
  context.setLineDash(isChosen ? [] : [5, 4]);
  context.stroke();
  context.setLineDash([]);
}

function drawCorner(context: CanvasRenderingContext2D, [x, y]: readonly [number, number]): void {
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fillStyle = '#fff';
  context.fill();
  context.stroke();
}

function markPoint(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  size: number,
  width: number,
): void {
  context.beginPath();
  context.arc(x, y, size, 0, 2 * Math.PI);
  context.lineWidth = width + 2.5;
  context.strokeStyle = HALO;
  context.stroke();
  context.lineWidth = width;
  context.strokeStyle = INK;
  context.stroke();
}
