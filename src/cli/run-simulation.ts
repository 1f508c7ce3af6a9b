import { GroundTrendError } from '../errors.js';
import { createEpochAxis, type EpochAxis, parseDay } from '../series/epoch-axis.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { showText } from '../shown-text.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { simulatedPid } from '../simulate/egms-attributes.js';
import { encodeEgmsCsv, encodeTruthCsv, type TruthRows } from '../simulate/egms-csv.js';
import { simulateEgmsLike } from '../simulate/egms-like.js';
import { simulateRulesReservoir } from '../simulate/rules-reservoir.js';
import { simulateSamples } from '../simulate/samples.js';
import type { SampleNoise } from '../simulate/textbook-samples.js';
import { writeWhole } from '../write/write-whole.node.js';
import { formatCount } from './numbers.js';

export interface SimulationRequest {
  readonly scene: 'rules-reservoir' | 'samples' | 'egms-like';
  readonly output: string;
  readonly truth?: string;
  readonly seed: string;
  readonly perClass: number;
  readonly kind: 'textbook' | 'material';
  readonly noise: Extract<SampleNoise, string>;
  readonly points: number;
  readonly dates: number;
  readonly overwrite: boolean;
}

interface Simulated {
  readonly axis: EpochAxis;
  readonly points: number;
  batches(): AsyncIterable<SeriesBatch> | Iterable<SeriesBatch>;
  /** What is true of the points, for scenes that know. */
  readonly truth?: TruthRows;
}

/** Simulates, writes, and returns what to print. */
export async function runSimulation(request: SimulationRequest): Promise<string> {
  const scene = simulate(request);
  if (request.truth !== undefined && scene.truth === undefined) {
    throw new GroundTrendError('usage', `The scene ${request.scene} keeps no truth file.`);
  }
  const { overwrite } = request;
  await writeWhole(request.output, encodeEgmsCsv(scene.axis, scene.batches()), { overwrite });
  const lines = [
    `simulated: ${formatCount(scene.points)} points, ${scene.axis.days.length} dates`,
    `written: ${showText(request.output)}`,
  ];
  if (request.truth !== undefined && scene.truth !== undefined) {
    await writeWhole(request.truth, encodeTruthCsv(scene.truth), { overwrite });
    lines.push(`written: ${showText(request.truth)}`);
  }
  return `${lines.join('\n')}\n`;
}

function simulate(request: SimulationRequest): Simulated {
  switch (request.scene) {
    case 'rules-reservoir': {
      const scene = simulateRulesReservoir(request.seed);
      const { axis } = scene.dataset;
      return { axis, points: scene.pids.length, batches: () => scene.dataset.batches(), truth: scene };
    }
    case 'samples':
      return simulateLabelled(request);
    case 'egms-like': {
      const { dataset } = simulateEgmsLike({
        points: request.points,
        axis: everySixDays(request.dates),
        seed: request.seed,
      });
      return { axis: dataset.axis, points: request.points, batches: () => dataset.batches() };
    }
  }
}

/** A balanced set on the paper's dates; its points stand in rows on a made-up grid, since a file needs places. */
function simulateLabelled({ seed, perClass, kind, noise }: SimulationRequest): Simulated {
  const samples = simulateSamples({
    kind,
    noise,
    axis: granadaCalendar(seed),
    seed,
    seriesPerClass: perClass,
  });
  const { axis, count, displacements } = samples;
  const pids = Array.from({ length: count }, (_, index) => simulatedPid(index));
  const columns = Math.ceil(Math.sqrt(count));
  const batch: SeriesBatch = {
    axis,
    count,
    pids,
    longitude: Float64Array.from(pids, (_, index) => -3.6 + 0.0005 * (index % columns)),
    latitude: Float64Array.from(pids, (_, index) => 37.1 + 0.0005 * Math.floor(index / columns)),
    displacements,
    attributes: [],
  };
  return { axis, points: count, batches: () => [batch], truth: { ...samples, pids } };
}

function everySixDays(dates: number): EpochAxis {
  const first = parseDay('2020-01-03')!;
  return createEpochAxis(Array.from({ length: dates }, (_, index) => first + 6 * index));
}
