import { type ExaminePointOptions, examinePoint } from '../classify/examine-point.node.js';
import { renderPng } from '../report/figure-png.node.js';
import { drawPoint } from '../report/point-drawing.js';
import { drawPointFigure } from '../report/point-figure.js';
import { drawTextPlot } from '../report/text-plot.js';
import { showText } from '../shown-text.js';
import { writeWhole } from '../write/write-whole.node.js';
import { describeInWords, pointRecord } from './point-text.js';

export interface DescribeRequest extends ExaminePointOptions {
  /** Paths of figures to write. */
  readonly svg?: string;
  readonly png?: string;
  readonly overwrite: boolean;
  readonly json: boolean;
  /** Width of the output, in characters, and whether it takes colours. */
  readonly widthInCharacters: number;
  readonly isFancy: boolean;
}

const PLOT_ROWS = 16;
const WIDEST_COLUMNS = 160;

/** Describes one point, writes its figures where they are asked for, and returns what to print. */
export async function runDescribe(files: readonly string[], request: DescribeRequest): Promise<string> {
  const point = await examinePoint(files, request);
  const drawing = await drawPoint(point);
  const { name, format } = point.dataset;
  const place = `${format}, ${point.longitude.toFixed(6)} east, ${point.latitude.toFixed(6)} north`;
  const figures = [request.svg, request.png].filter((path) => path !== undefined);
  if (figures.length > 0) {
    const svg = drawPointFigure(drawing, [place, point.why]);
    const { overwrite } = request;
    if (request.svg !== undefined) await writeWhole(request.svg, svg, { overwrite });
    if (request.png !== undefined) await writeWhole(request.png, await renderPng(svg), { overwrite });
  }
  if (request.json) return `${JSON.stringify(pointRecord(point), null, 2)}\n`;
  const columns = Math.min(WIDEST_COLUMNS, request.widthInCharacters);
  const lines = [
    showText(`${point.pid} in ${name}`),
    place,
    '',
    drawTextPlot(drawing, { columns, rows: PLOT_ROWS, isFancy: request.isFancy }),
    '',
    ...describeInWords(point, columns),
    ...(figures.length === 0 ? [] : [`written: ${showText(figures.join(', '))}`]),
  ];
  return `${lines.join('\n')}\n`;
}
