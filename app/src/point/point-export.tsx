import { type EpochAxis, formatDay } from '../../../src/index.js';
import { saveFile } from '../panels/save-file.js';
import type { PointDetail } from './point-detail.js';
import { drawPointSvg } from './point-svg.js';

/** Saves the shown series as a picture or as numbers. */
export function PointExport({ detail, axis }: { detail: PointDetail; axis: EpochAxis }) {
  async function choose(select: HTMLSelectElement): Promise<void> {
    const choice = select.value;
    select.value = '';
    const name = `series-${detail.pid.replaceAll(/[^\w-]/g, '_')}`;
    if (choice === 'csv') saveFile(`${name}.csv`, formatPointCsv(detail, axis), 'text/csv');
    const svg = drawPointSvg(detail, axis);
    if (choice === 'svg') saveFile(`${name}.svg`, svg, 'image/svg+xml');
    if (choice === 'png') saveFile(`${name}.png`, await rasterize(svg));
  }
  return (
    <select
      aria-label="Save the series"
      class="menu"
      value=""
      onChange={(event) => void choose(event.currentTarget)}
    >
      <option value="" disabled>
        Save
      </option>
      <option value="png">Picture (PNG)</option>
      <option value="svg">Drawing (SVG)</option>
      <option value="csv">Numbers (CSV)</option>
    </select>
  );
}

/** One line a date: observed, put right, motion, season, residual; mm. */
function formatPointCsv({ series, fit }: PointDetail, { days }: EpochAxis): string {
  const cell = (value: number | undefined) =>
    value === undefined || !Number.isFinite(value) ? '' : String(Number(value.toFixed(3)));
  const lines = Array.from(days, (day, i) =>
    [formatDay(day), series?.[i], fit?.repaired?.[i], fit?.motion[i], fit?.season[i], fit?.residuals[i]]
      .map((value) => (typeof value === 'string' ? value : cell(value)))
      .join(','),
  );
  return ['date,observed_mm,jumps_put_right_mm,motion_mm,season_mm,residual_mm', ...lines, ''].join('\n');
}

const PRINT_SCALE = 2;

async function rasterize(svg: string): Promise<Blob> {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * PRINT_SCALE;
    canvas.height = image.naturalHeight * PRINT_SCALE;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('The picture cannot be made.'))),
        'image/png',
      );
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
