import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClassifySummary, classifyFiles } from '../classify/classify-files.node.js';
import { confusionOf } from '../evaluate/confusion-matrix.js';
import { computeMetrics } from '../evaluate/metrics.js';
import { PAPER_MAP } from '../evaluate/paper-figures.js';
import { renderScenePage } from '../report/scene-page.js';
import { formatDay } from '../series/epoch-axis.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { showText } from '../shown-text.js';
import { encodeEgmsCsv, encodeTruthCsv } from '../simulate/egms-csv.js';
import { landslides, type SimulatedScene, simulateRulesReservoir } from '../simulate/rules-reservoir.js';
import { writeWhole } from '../write/write-whole.node.js';
import { formatMetricsTable } from './metrics-table.js';
import { formatCount, formatDuration, formatShare } from './numbers.js';
import { classifyDefaults } from './options.js';
import { formatTable } from './table.js';

export interface DemoRequest {
  /** Folder; made where it is missing, its demo files replaced. */
  readonly output: string;
  readonly seed: string;
}

/** The whole main job on a simulated scene, through the same files and functions as with real data. */
export async function runDemo({ output, seed }: DemoRequest): Promise<string> {
  const path = (name: string) => join(output, name);
  await mkdir(output, { recursive: true });
  const scene = simulateRulesReservoir(seed);
  const overwrite = true;
  await writeWhole(path('simulated-series.csv'), encodeEgmsCsv(scene.dataset.axis, scene.dataset.batches()), {
    overwrite,
  });
  await writeWhole(path('simulated-truth.csv'), encodeTruthCsv(scene), { overwrite });
  await writeWhole(path('landslides.geojson'), `${JSON.stringify(landslides)}\n`, { overwrite });

  const shown: { batch: SeriesBatch; codes: Int32Array }[] = [];
  const summary = await classifyFiles([path('simulated-series.csv')], {
    ...classifyDefaults(),
    outputs: ['simulated-map.parquet', 'simulated-map.gpkg', 'simulated-map.csv'].map((name) => path(name)),
    overwrite,
    keepSeries: true,
    onClassified: (batch, codes) => shown.push({ batch, codes }),
  });
  const codes = Int32Array.from(shown.flatMap((part) => [...part.codes]));
  const matrix = confusionOf(TREND_CLASSES, truthOf(scene, shown), codes);
  const metrics = computeMetrics(matrix);
  const { days } = scene.dataset.axis;
  const page = renderScenePage({
    longitude: shown.flatMap(({ batch }) => [...batch.longitude]),
    latitude: shown.flatMap(({ batch }) => [...batch.latitude]),
    predicted: codes,
    circles: landslides.features.map(({ properties }) => ({
      name: `${properties.letter} ${properties.name}`,
      longitude: properties.longitude,
      latitude: properties.latitude,
      radiusMetres: properties.radius_m,
    })),
    matrix,
    metrics,
    dates: { first: formatDay(days[0]), last: formatDay(days[days.length - 1]), count: days.length },
    model: summary.model,
  });
  await writeWhole(path('simulated-map.html'), page, { overwrite });
  return [
    `The Rules Reservoir of Mirmazloumi et al. 2022, SIMULATED: ${formatCount(summary.points)} points, ${days.length} dates.`,
    '',
    formatShares(summary, scene),
    '',
    'Against the known truth of the simulation:',
    '',
    formatMetricsTable(metrics),
    '',
    `written to ${showText(output)}: simulated-map.html (open it), simulated-map.parquet, .gpkg and .csv,`,
    `  simulated-series.csv, simulated-truth.csv, landslides.geojson (${formatDuration(summary.seconds)}, ${formatCount(summary.points / summary.seconds)} points a second)`,
    '',
  ].join('\n');
}

/** True classes in the order in which points were classified. */
function truthOf(scene: SimulatedScene, shown: readonly { readonly batch: SeriesBatch }[]): number[] {
  const labels = new Map(scene.pids.map((pid, index) => [pid, scene.labels[index]]));
  return shown.flatMap(({ batch }) => batch.pids.map((pid) => labels.get(pid)!));
}

function formatShares({ classes, points }: ClassifySummary, scene: SimulatedScene): string {
  const paper: Readonly<Record<string, string>> = {
    Stable: `about ${Math.round(100 * PAPER_MAP.stableShare)} %`,
    Linear: '',
    Quadratic: `together about ${Math.round(100 * PAPER_MAP.unstableShare)} %`,
    Bilinear: '',
    PUE: `${PAPER_MAP.puePoints} points`,
  };
  return formatTable(
    [
      { title: 'class' },
      { title: 'points', align: 'right' },
      { title: 'share', align: 'right' },
      { title: 'simulated', align: 'right' },
      { title: "paper's map", align: 'right' },
      { title: 'mean confidence', align: 'right' },
    ],
    classes.map(({ className, points: count, meanConfidence }, code) => [
      className,
      formatCount(count),
      formatShare(count / points),
      formatCount(scene.labels.filter((label) => label === code).length),
      paper[className] ?? '',
      meanConfidence === null ? '-' : meanConfidence.toFixed(2),
    ]),
  );
}
