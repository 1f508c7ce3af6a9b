import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { chooseEpsg, createMetricPlane } from '../areas/metric-plane.js';
import { readRegions } from '../areas/regions/read-regions.js';
import { createRegionTest } from '../areas/regions/region-test.js';
import { readModel } from '../classify/load-classifier.node.js';
import { createDescriber } from '../kinematics/describe.js';
import { fitMotion, type MotionShape } from '../kinematics/fitted-motion.js';
import { readNetwork } from '../network/model-file.js';
import { openDiskBuffer } from '../read/disk-buffer.node.js';
import { MOST_TABLE_BYTES, readText } from '../read/file-source.node.js';
import { openResultFile, type ResultFile } from '../read/result-file.js';
import type { PointPositions } from '../read/result-values.js';
import type { MapPoint } from '../report/point-map.js';
import {
  type ClassLine,
  colourOf,
  type NotablePoint,
  type ResultReport,
  renderResultPage,
} from '../report/result-page.js';
import { checkModel } from '../runtime/model-check.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { showText } from '../shown-text.js';
import { writeWhole } from '../write/write-whole.node.js';
import { formatCount, formatShare } from './numbers.js';

export interface ReportRequest {
  readonly output: string;
  /** GeoJSON with polygons. */
  readonly areas?: string;
  readonly title?: string;
  /** Path of the model; its card is told where it is the one that made the map. */
  readonly model: string;
  readonly overwrite: boolean;
}

/** More points than this make a drawing that opens slowly and shows no more. */
const MOST_DRAWN = 25_000;
const NOTABLE_PER_CLASS = 2;
/** Points that the model doubts are not held up as examples. */
const SURE = 0.8;
const SHAPES: Readonly<Record<string, MotionShape>> = {
  Linear: 'linear',
  Quadratic: 'quadratic',
  Bilinear: 'hinge',
};

/** The columns that the report is made of; numbers are `NaN` where a map lacks them. */
interface ReportTable extends PointPositions {
  readonly pids: readonly string[];
  readonly names: readonly string[];
  readonly confidence: ArrayLike<number>;
  readonly velocity: ArrayLike<number>;
}

/** Writes the report of a classified map and returns what to print. */
export async function runReport(path: string, request: ReportRequest): Promise<string> {
  const buffer = await openDiskBuffer(path);
  try {
    const file = await openResultFile(buffer, path);
    const classes = file.metadata['groundtrend:classes']?.split(',') ?? [...TREND_CLASSES];
    const table = await readTable(file);
    const html = renderResultPage({
      title: request.title ?? basename(path),
      points: file.points,
      shown: choosePoints(table, classes),
      classes: classes.map((name) => summarizeClass(name, table)),
      areas: request.areas === undefined ? [] : await countAreas(request.areas, table, classes),
      notable: await chooseNotable(file, table, classes),
      inputs: describeInputs(file.metadata['groundtrend:inputs']),
      model: await describeModel(file.metadata, request.model),
    });
    await writeWhole(request.output, html, { overwrite: request.overwrite });
    return `written: ${showText(request.output)}\n`;
  } finally {
    await buffer.close();
  }
}

async function readTable(file: ResultFile): Promise<ReportTable> {
  const has = (name: string) => file.fields.some((field) => field.name === name);
  const numbers = async (...names: string[]): Promise<ArrayLike<number>> => {
    const name = names.find(has);
    const missing = new Float32Array(file.points).fill(Number.NaN);
    return name === undefined ? missing : ((await file.readColumn(name)) as Float32Array);
  };
  return {
    ...(await file.readPositions()),
    pids: (await file.readColumn('pid')) as readonly string[],
    names: (await file.readColumn('class')) as readonly string[],
    confidence: await numbers('confidence'),
    velocity: await numbers('velocity_mm_yr', 'mean_velocity'),
  };
}

/** An even choice over the file, the first class (Stable) first, so that what moves lies on top. */
function choosePoints({ longitude, latitude, names }: ReportTable, classes: readonly string[]): MapPoint[] {
  const step = Math.max(1, names.length / MOST_DRAWN);
  const rows = Array.from({ length: Math.min(names.length, MOST_DRAWN) }, (_, i) => Math.floor(i * step));
  return rows
    .filter((row) => Number.isFinite(longitude[row]))
    .sort((a, b) => classes.indexOf(names[a]) - classes.indexOf(names[b]) || a - b)
    .map((row) => ({ longitude: longitude[row], latitude: latitude[row], colour: colourOf(names[row]) }));
}

function summarizeClass(className: string, { names, confidence, velocity }: ReportTable): ClassLine {
  const velocities: number[] = [];
  let points = 0;
  let sum = 0;
  names.forEach((name, row) => {
    if (name !== className) return;
    points++;
    sum += confidence[row];
    if (Number.isFinite(velocity[row])) velocities.push(velocity[row]);
  });
  const sorted = Float64Array.from(velocities).sort();
  const middle = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  return { className, points, meanConfidence: sum / points, medianVelocityMmPerYear: middle };
}

async function countAreas(path: string, table: ReportTable, classes: readonly string[]) {
  const { longitude, latitude, names } = table;
  const regions = readRegions(await readText(path, MOST_TABLE_BYTES), path);
  const first = longitude.findIndex(Number.isFinite);
  const plane = createMetricPlane(chooseEpsg(longitude[first] ?? 0, latitude[first] ?? 0));
  const tests = regions.map(({ name, shape }) => ({
    name,
    rings: shape.type === 'MultiPolygon' ? shape.coordinates.flat() : [],
    test: createRegionTest(shape, plane, 0),
    counts: classes.map(() => 0),
  }));
  for (let row = 0; row < names.length; row++) {
    if (!Number.isFinite(longitude[row])) continue;
    const [x, y] = plane.toMetres(longitude[row], latitude[row]);
    const code = classes.indexOf(names[row]);
    for (const { test, counts } of tests) if (code >= 0 && test.contains(x, y)) counts[code] += 1;
  }
  return tests.map(({ name, rings, counts }) => ({ name, rings, counts }));
}

async function chooseNotable(
  file: ResultFile,
  { names, confidence, velocity, pids, longitude, latitude }: ReportTable,
  classes: readonly string[],
): Promise<NotablePoint[]> {
  const describer = file.axis && createDescriber({ axis: file.axis });
  const notable: NotablePoint[] = [];
  for (const className of classes.slice(1)) {
    const rows = [...names.keys()]
      .filter((row) => names[row] === className && confidence[row] >= SURE && Number.isFinite(velocity[row]))
      .sort((a, b) => Math.abs(velocity[b]) - Math.abs(velocity[a]) || a - b)
      .slice(0, NOTABLE_PER_CLASS);
    for (const row of rows) {
      const observed = file.axis ? await file.readSeries(row) : undefined;
      const searchJumps = className === 'PUE';
      const fit =
        describer && observed
          ? await fitMotion(describer, observed, { shape: SHAPES[className], searchJumps })
          : undefined;
      notable.push({
        pid: pids[row],
        className,
        confidence: confidence[row],
        longitude: longitude[row],
        latitude: latitude[row],
        velocityMmPerYear: velocity[row],
        figure: observed && {
          title: `${pids[row]}: ${className}`,
          days: file.axis!.days,
          observed,
          repaired: fit?.repaired,
          model: fit?.motion.map((value, i) => value + fit.season[i]),
          colour: colourOf(className),
        },
      });
    }
  }
  return notable;
}

/** The card of the model that made the map, as far as its file is at hand. */
async function describeModel(metadata: ResultFile['metadata'], path: string): Promise<ResultReport['model']> {
  const name = metadata['groundtrend:model'] ?? 'unknown';
  const fingerprint = metadata['groundtrend:model_sha256'] ?? 'unknown';
  const bytes = await readModel(path);
  const isIt = createHash('sha256').update(bytes).digest('hex') === fingerprint;
  if (!isIt) return { name, fingerprint, facts: [] };
  const { card } = readNetwork(checkModel(bytes));
  const { samples, accuracy, seed, versions, simulated } = card.training;
  const { inputs } = card;
  const facts: [string, string][] = [
    ['network', card.architecture.name],
    [
      'series it takes',
      inputs.kind === 'any' ? `any of at least ${inputs.fewestEpochs} dates` : `${inputs.epochs} dates`,
    ],
  ];
  if (samples !== undefined) {
    const kind = simulated === undefined ? 'series' : 'series, most of them simulated';
    facts.push(['trained on', `${formatCount(samples)} ${kind}`]);
  }
  if (accuracy !== undefined) facts.push(['right on those kept for testing', formatShare(accuracy)]);
  facts.push(['seed', String(seed)]);
  facts.push([
    'made with',
    Object.entries(versions)
      .map(([part, version]) => `${part} ${version}`)
      .join(', '),
  ]);
  return { name, fingerprint, facts };
}

function describeInputs(text: string | undefined): string[] {
  if (text === undefined) return [];
  const inputs = JSON.parse(text) as { name: string; format: string; dates: readonly string[] }[];
  return inputs.map(
    ({ name, format, dates }) =>
      `${basename(name)} (${format}), ${dates.length} dates from ${dates[0]} to ${dates[dates.length - 1]}`,
  );
}
