import { valueTicks, yearTicks } from './axis-ticks.js';
import type { PointDrawing } from './point-drawing.js';

export interface TextPlotOptions {
  /** Cells of the whole plot, axis included. */
  readonly columns: number;
  readonly rows: number;
  /** Braille dots in colour; characters of ASCII otherwise. */
  readonly isFancy: boolean;
}

/** Cells left of the plot, for the values. */
const MARGIN = 8;
/** Dots of a braille cell: its column and row choose the bit (Unicode 6, block 2800). */
const BRAILLE_BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BRAILLE_START = 0x2800;

/** What a cell can show; where several meet, the last in this list wins its colour or character. */
const LAYERS = ['empty', 'break', 'jump', 'observed', 'repaired', 'motion'] as const;
type Layer = (typeof LAYERS)[number];
const CHARACTERS: Readonly<Record<Layer, string>> = {
  empty: ' ',
  break: '|',
  jump: '!',
  observed: '.',
  repaired: 'o',
  motion: '#',
};
/** ANSI colours: grey, yellow, magenta, default, green, red. */
const COLOURS: Readonly<Record<Layer, string>> = {
  empty: '',
  break: '33',
  jump: '35',
  observed: '',
  repaired: '32',
  motion: '31',
};

/** A grid of dots, drawn in cells of one (ASCII) or two by four (braille). */
interface Canvas {
  readonly width: number;
  readonly height: number;
  set(x: number, y: number, layer: Layer): void;
  /** The cells of a line of text. */
  line(row: number): string;
}

/** A series with its fitted motion, break and jumps as lines of text, and a line that says what is what. */
export function drawTextPlot(drawing: PointDrawing, { columns, rows, isFancy }: TextPlotOptions): string {
  const { days, observed, repaired, breakMark, jumps } = drawing;
  const cells = Math.max(20, columns - MARGIN - 1);
  const canvas = createCanvas(cells, rows, isFancy);
  const strokes = drawing.seasonal.length > 0 ? drawing.seasonal : drawing.motion;
  const values = [
    ...observed,
    ...(repaired ?? []),
    ...strokes.flatMap((stroke) => [...stroke.values]),
  ].filter(Number.isFinite);
  let low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  let high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (!(low <= high)) [low, high] = [0, 1];
  const margin = 0.03 * (high - low) || 1;
  low -= margin;
  high += margin;
  const first = days[0];
  const last = days[days.length - 1];
  const x = (day: number) => Math.round(((day - first) / (last - first)) * (canvas.width - 1));
  const y = (value: number) => Math.round(((high - value) / (high - low)) * (canvas.height - 1));

  const drawUpright = (day: number, layer: Layer) => {
    for (let row = 0; row < canvas.height; row++) canvas.set(x(day), row, layer);
  };
  if (breakMark) drawUpright(breakMark.day, 'break');
  for (const { day } of jumps) drawUpright(day, 'jump');
  for (const [series, layer] of [
    [observed, 'observed'],
    [repaired ?? [], 'repaired'],
  ] as const) {
    Array.from(series).forEach((value, i) => {
      if (Number.isFinite(value)) canvas.set(x(days[i]), y(value), layer);
    });
  }
  for (const stroke of strokes) {
    for (let i = 1; i < stroke.days.length; i++) {
      const from = [x(stroke.days[i - 1]), y(stroke.values[i - 1])] as const;
      const to = [x(stroke.days[i]), y(stroke.values[i])] as const;
      drawLine(from, to, (column, row) => canvas.set(column, row, 'motion'));
    }
  }

  const ticks = new Map(
    valueTicks(low, high).map((tick) => [Math.round(((high - tick) / (high - low)) * (rows - 1)), tick]),
  );
  const bar = isFancy ? '│' : '|';
  const lines = Array.from({ length: rows }, (_, row) => {
    const tick = ticks.get(row);
    return `${(tick === undefined ? '' : String(tick)).padStart(MARGIN - 1)} ${bar}${canvas.line(row)}`.trimEnd();
  });
  return [...lines, ...drawTimeAxis(first, last, cells, isFancy), drawKey(drawing, isFancy)].join('\n');
}

function createCanvas(cells: number, rows: number, isFancy: boolean): Canvas {
  const [across, down] = isFancy ? [2, 4] : [1, 1];
  const bits = new Uint8Array(cells * rows);
  const layers = new Uint8Array(cells * rows);
  return {
    width: cells * across,
    height: rows * down,
    set(x, y, layer) {
      const cell = Math.floor(y / down) * cells + Math.floor(x / across);
      bits[cell] |= BRAILLE_BITS[x % across][y % down];
      layers[cell] = Math.max(layers[cell], LAYERS.indexOf(layer));
    },
    line(row) {
      return Array.from({ length: cells }, (_, column) => {
        const layer = LAYERS[layers[row * cells + column]];
        if (!isFancy || layer === 'empty') return CHARACTERS[layer];
        return paint(String.fromCharCode(BRAILLE_START + bits[row * cells + column]), layer);
      }).join('');
    },
  };
}

function paint(text: string, layer: Layer): string {
  return COLOURS[layer] === '' ? text : `\u001b[${COLOURS[layer]}m${text}\u001b[0m`;
}

/** Every dot between two, ends included. */
function drawLine(
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  set: (x: number, y: number) => void,
): void {
  const steps = Math.max(1, Math.abs(toX - fromX), Math.abs(toY - fromY));
  for (let i = 0; i <= steps; i++) {
    set(Math.round(fromX + ((toX - fromX) * i) / steps), Math.round(fromY + ((toY - fromY) * i) / steps));
  }
}

function drawTimeAxis(first: number, last: number, cells: number, isFancy: boolean): string[] {
  const rule = new Array<string>(cells).fill(isFancy ? '─' : '-');
  const labels = new Array<string>(cells).fill(' ');
  let free = 0;
  for (const { day, year } of yearTicks(first, last)) {
    const column = Math.round(((day - first) / (last - first)) * (cells - 1));
    rule[column] = isFancy ? '┬' : '+';
    if (column < free || column + year.length > cells) continue;
    for (let i = 0; i < year.length; i++) labels[column + i] = year[i];
    free = column + year.length + 1;
  }
  const corner = isFancy ? '└' : '+';
  return [
    `${'mm'.padStart(MARGIN - 1)} ${corner}${rule.join('')}`,
    `${' '.repeat(MARGIN + 1)}${labels.join('')}`.trimEnd(),
  ];
}

function drawKey({ repaired, motion, breakMark, jumps }: PointDrawing, isFancy: boolean): string {
  const shown: [Layer, string][] = [['observed', 'observed']];
  if (motion.length > 0) shown.push(['motion', 'fitted']);
  if (repaired) shown.push(['repaired', 'jumps put right']);
  if (breakMark) shown.push(['break', 'break']);
  if (jumps.length > 0) {
    shown.push(['jump', jumps.every(({ isBelieved }) => isBelieved) ? 'jump' : 'jump, not believed']);
  }
  const entries = shown.map(([layer, name]) => `${isFancy ? paint('⣿', layer) : CHARACTERS[layer]} ${name}`);
  return `${' '.repeat(MARGIN + 1)}${entries.join('   ')}`;
}
