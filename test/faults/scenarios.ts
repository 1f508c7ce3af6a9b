import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A command that is killed, and what a person does then. */
export interface Scenario {
  readonly name: string;
  /** Commands that must have run before, such as the plan of a job. */
  readonly before?: readonly (readonly string[])[];
  readonly command: readonly string[];
  /** Files that the command leaves when nobody kills it, the one that stands for them last. */
  readonly outputs: readonly string[];
  /** A folder of outputs, which appears as a whole. */
  readonly outputFolder?: string;
  /** A log among the outputs that may be there in part. */
  readonly log?: string;
  /** True where the outputs are one thing: old ones and new ones are never seen together. */
  readonly isOne?: boolean;
  /** The command given again after a kill. */
  again(folder: string): readonly string[];
}

const ENDINGS = ['parquet', 'gpkg', 'shp', 'pmtiles', 'kmz', 'csv', 'geojson', 'geojsonl'] as const;
const STYLED: readonly string[] = ['parquet', 'shp', 'geojson', 'geojsonl'];
const SHAPEFILE = ['map.shx', 'map.dbf', 'map.prj', 'map.cpg', 'map.shp'];

const classifyInto = (ending: (typeof ENDINGS)[number]): Scenario => {
  const command = ['classify', 'points.csv', '--threads', '1', '-o', `map.${ending}`, '--overwrite'];
  return {
    name: `classify into ${ending}`,
    command,
    outputs:
      ending === 'shp' ? SHAPEFILE : [...(STYLED.includes(ending) ? ['map.qml'] : []), `map.${ending}`],
    isOne: ending === 'shp',
    again: () => command,
  };
};

const manyFiles = ['classify', 'points.csv', 'more.csv', '--threads', '2', '--repair', '--keep-series'];
const manyOutputs = ['-o', 'map.parquet', '-o', 'map.gpkg', '-o', 'map.csv', '--overwrite'];
const resumable = ['classify', 'points.csv', 'more.csv', '-o', 'map.parquet', '-o', 'map.csv', '--resume'];
const training = [
  'train',
  '--simulate',
  'granada',
  '--recipe',
  'paper-a',
  '--series',
  '500',
  '--epochs',
  '2',
];
const trainInto = [...training, '-o', 'own.onnx'];
const tune = ['tune', 'points.csv', '--labels', 'labels.csv', '-o', 'search'];
const tuneInto = [...tune, '--trials', '3', '--epochs', '3', '--threads', '1'];
const plan = ['shard', 'plan', 'points.csv', 'more.csv', '--into', '2', '-o', 'job'];
const runShard = (index: number) => ['shard', 'run', 'job', '--index', String(index), '--threads', '1'];
const merge = (output: string) => ['shard', 'merge', 'job', '-o', output];
const convert = ['convert', 'points.csv', 'table.gpkg', '--overwrite'];

export const SCENARIOS: readonly Scenario[] = [
  ...ENDINGS.map(classifyInto),
  {
    name: 'classify many files into many',
    command: [...manyFiles, ...manyOutputs],
    outputs: ['map.repaired.parquet', 'map.repairs.csv', 'map.qml', 'map.parquet', 'map.gpkg', 'map.csv'],
    again: () => [...manyFiles, ...manyOutputs],
  },
  {
    name: 'classify in parts',
    command: resumable,
    outputs: ['map.parquet', 'map.csv', 'map.qml'],
    again: (folder) => {
      // Outputs without a job beside them are those of a run that had ended.
      const hasEnded = !existsSync(join(folder, '.map.parquet.job')) && existsSync(join(folder, 'map.csv'));
      return hasEnded ? [...resumable, '--overwrite'] : resumable;
    },
  },
  {
    name: 'train',
    command: trainInto,
    outputs: ['own.onnx'],
    again: (folder) => {
      // A model that is there already is whole; its training is kept only until it is known to be.
      if (existsSync(join(folder, 'own.onnx'))) return [...trainInto, '--overwrite'];
      return existsSync(join(folder, 'own.onnx.training')) ? [...trainInto, '--resume'] : trainInto;
    },
  },
  {
    name: 'tune',
    command: tuneInto,
    outputs: ['search/leaderboard.jsonl', 'search/leaderboard.html', 'search/best.onnx'],
    log: 'search/leaderboard.jsonl',
    again: (folder) =>
      existsSync(join(folder, 'search', 'leaderboard.jsonl')) ? [...tuneInto, '--resume'] : tuneInto,
  },
  {
    name: 'plan a job',
    command: plan,
    outputs: ['job/model.onnx', 'job/manifest.json'],
    again: (folder) => (existsSync(join(folder, 'job', 'manifest.json')) ? [...plan, '--overwrite'] : plan),
  },
  {
    name: 'run a shard',
    before: [plan],
    command: runShard(1),
    outputs: ['job/parts/part-000001.rows', 'job/parts/part-000001.json'],
    again: () => runShard(1),
  },
  {
    name: 'merge a job into a file',
    before: [plan, runShard(0), runShard(1)],
    command: [...merge('map.parquet'), '--overwrite'],
    outputs: ['map.parquet', 'map.qml'],
    again: () => [...merge('map.parquet'), '--overwrite'],
  },
  {
    name: 'merge a job into a folder',
    before: [plan, runShard(0), runShard(1)],
    command: [...merge('parts/'), '--overwrite'],
    outputs: [],
    outputFolder: 'parts',
    again: () => [...merge('parts/'), '--overwrite'],
  },
  { name: 'convert', command: convert, outputs: ['table.gpkg'], again: () => convert },
];
