import uPlot, { type AlignedData, type Axis, type Options, type Series } from 'uplot';

const SECONDS_PER_DAY = 86_400;
const INK = '#3c4a4f';
const FAINT = '#e4e9ea';
const FONT = '11px system-ui, sans-serif';

/** A band between two days, or a line where both are the same. */
export interface DayMark {
  readonly low: number;
  readonly high: number;
  readonly day: number;
  readonly label: string;
}

export interface PlotLine {
  readonly label: string;
  readonly colour: string;
  readonly values: ArrayLike<number>;
  readonly style: 'points' | 'rings' | 'line' | 'thin' | 'dashed' | 'bars';
}

export interface PlotRequest {
  readonly days: ArrayLike<number>;
  readonly lines: readonly PlotLine[];
  readonly marks?: readonly DayMark[];
  /** Fills what lies between two of the lines. */
  readonly band?: { readonly upper: number; readonly lower: number; readonly colour: string };
  readonly title: string;
  readonly height: number;
  /** Plots of one key share their cursor and their zoom. */
  readonly key?: string;
  readonly hasDates?: boolean;
}

/** Draws into an element as wide as it is; call the result to take the plot away. */
export function drawSeries(
  element: HTMLElement,
  request: PlotRequest,
): { readonly plot: uPlot; destroy(): void } {
  const { days, lines, marks = [], band, height, key, hasDates = true } = request;
  const data = [
    Float64Array.from(days, (day) => day * SECONDS_PER_DAY),
    ...lines.map(({ values }) => Array.from(values, (value) => (Number.isFinite(value) ? value : null))),
  ] as unknown as AlignedData;
  const dateAxis: Axis = {
    stroke: INK,
    font: FONT,
    grid: { stroke: FAINT, width: 1 },
    ticks: { stroke: FAINT, width: 1, size: 4 },
    size: hasDates ? 26 : 6,
    space: 70,
    values: (_, splits) => splits.map((seconds) => (hasDates ? formatMonth(seconds) : '')),
  };
  const options: Options = {
    width: Math.max(200, element.clientWidth),
    height,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    cursor: {
      points: { size: 7 },
      drag: { x: true, y: false },
      ...(key === undefined ? {} : { sync: { key } }),
    },
    scales: { x: { time: true } },
    // The first series of a plot is its dates.
    ...(band && { bands: [{ series: [band.upper + 1, band.lower + 1], fill: `${band.colour}80` }] }),
    axes: [
      dateAxis,
      {
        stroke: INK,
        font: FONT,
        size: 44,
        grid: { stroke: FAINT, width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map((value) => String(value).replace('-', '−')),
      },
    ],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
    series: [{}, ...lines.map(lineOptions)],
    hooks: { drawClear: [(plot) => drawMarks(plot, marks)] },
  };
  const plot = new uPlot(options, data, element);
  plot.root.setAttribute('role', 'img');
  plot.root.setAttribute('aria-label', request.title);
  const observer = new ResizeObserver(() => {
    const width = Math.max(200, element.clientWidth);
    if (width !== plot.width) plot.setSize({ width, height });
  });
  observer.observe(element);
  return {
    plot,
    destroy() {
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** `2021` at New Year, `2021-04` elsewhere. */
function formatMonth(seconds: number): string {
  const month = new Date(seconds * 1000).toISOString().slice(0, 7);
  return month.endsWith('-01') ? month.slice(0, 4) : month;
}

function lineOptions({ label, colour, style }: PlotLine): Series {
  const base = { label, stroke: colour, spanGaps: false };
  switch (style) {
    case 'points':
      return {
        ...base,
        paths: () => null,
        points: { show: true, size: 4, fill: colour, stroke: colour, width: 0 },
      };
    case 'rings':
      return {
        ...base,
        paths: () => null,
        points: { show: true, size: 4.5, fill: '#fff', stroke: colour, width: 1 },
      };
    case 'bars':
      return {
        ...base,
        fill: `${colour}99`,
        width: 0,
        paths: uPlot.paths.bars!({ size: [0.7, 4, 1] }),
        points: { show: false },
      };
    case 'dashed':
      return { ...base, width: 1.6, dash: [5, 4], points: { show: false }, spanGaps: true };
    case 'thin':
      return { ...base, width: 1, points: { show: false }, spanGaps: true };
    default:
      return { ...base, width: 2.2, points: { show: false }, spanGaps: true };
  }
}

function drawMarks(plot: uPlot, marks: readonly DayMark[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { low, high, day, label } of marks) {
    const place = (value: number) =>
      Math.min(
        bbox.left + bbox.width,
        Math.max(bbox.left, plot.valToPos(value * SECONDS_PER_DAY, 'x', true)),
      );
    ctx.fillStyle = '#e69f002e';
    ctx.fillRect(place(low), bbox.top, Math.max(0, place(high) - place(low)), bbox.height);
    ctx.strokeStyle = '#9a5b00';
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(place(day), bbox.top);
    ctx.lineTo(place(day), bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = '#7a4700';
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'top';
    ctx.fillText(label, place(day) + 4 * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
  }
  ctx.restore();
}
