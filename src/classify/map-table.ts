import { GroundTrendError } from '../errors.js';
import {
  CLASS_REPAIRED_FIELD,
  type DescribeLevel,
  describeFields,
} from '../kinematics/description-columns.js';
import type { Dataset } from '../series/dataset.js';
import { type EpochAxis, formatDay, isSameAxis } from '../series/epoch-axis.js';
import type { ColumnValues, ResultBatch, ResultField, ResultSchema } from '../series/result-table.js';
import type { AttributeField, SeriesBatch } from '../series/series-batch.js';
import type { BatchAnalysis } from './analysis.js';
import type { Classifier } from './classifier.js';
import {
  attributeColumns,
  attributeResultFields,
  classColumns,
  classFields,
  joinAttributes,
} from './result-columns.js';

/** What a classified map holds beside its classes. */
export interface MapContent {
  readonly describe: DescribeLevel;
  readonly repair: boolean;
  /** The displacements, a column a date. */
  readonly keepSeries: boolean;
}

/** The table of a classified map, and the sources' attributes among its columns. */
export interface MapTable {
  readonly schema: ResultSchema;
  readonly attributes: readonly AttributeField[];
}

const VELOCITY = 'velocity_mm_yr';

/** The QGIS plugin InSAR Explorer draws the series of a layer that has a column of one of these names. */
const PLUGIN_VELOCITIES: ReadonlySet<string> = new Set(['velocity', 'vel', 'mean_velocity']);

/** Added to maps with series where the source has none of them, so that the plugin takes every such map. */
const PLUGIN_VELOCITY_FIELD: ResultField = {
  name: 'mean_velocity',
  type: 'float32',
  description: `the same as ${VELOCITY}, under a name that InSAR Explorer looks for`,
};

/** What a map tells of the classifier that made it. */
export type ClassifierFacts = Pick<Classifier, 'name' | 'classes' | 'fingerprint'>;

/** The table of all the datasets together. Throws `usage` where series are to be kept and the dates differ. */
export function planMapTable(
  datasets: readonly Dataset[],
  classifier: ClassifierFacts,
  { describe, repair, keepSeries }: MapContent,
): MapTable {
  const attributes = joinAttributes(datasets);
  const fields: ResultField[] = [
    { name: 'pid', type: 'text', description: 'identifier of the point, as the source has it' },
    ...classFields(classifier.classes),
    ...describeFields(describe),
    ...(repair ? [CLASS_REPAIRED_FIELD] : []),
  ];
  const hasVelocity = attributes.some(({ name }) => PLUGIN_VELOCITIES.has(name.toLowerCase()));
  const isDescribed = fields.some(({ name }) => name === VELOCITY);
  if (keepSeries && isDescribed && !hasVelocity) fields.push(PLUGIN_VELOCITY_FIELD);
  const taken = ['longitude', 'latitude', ...fields.map((field) => field.name)];
  return {
    attributes,
    schema: {
      layer: 'groundtrend',
      fields: [...fields, ...attributeResultFields(attributes, taken)],
      series: keepSeries ? sharedAxis(datasets) : undefined,
      metadata: describeRun(datasets, classifier),
    },
  };
}

/** The rows of one analysed batch. `displacements` are those of the batch, back from their analysis. */
export function mapRows(
  table: MapTable,
  classes: readonly string[],
  batch: SeriesBatch,
  analysis: BatchAnalysis,
  displacements: Float32Array,
): ResultBatch {
  const { schema, attributes } = table;
  return {
    count: batch.count,
    longitude: batch.longitude,
    latitude: batch.latitude,
    columns: [
      batch.pids,
      ...classColumns(analysis, classes),
      ...analysis.described,
      ...(analysis.repair ? [repairedClasses(analysis, classes, batch.count)] : []),
      ...pluginVelocity(table, analysis.described),
      ...attributeColumns(batch, attributes),
    ],
    displacements: schema.series ? displacements : undefined,
  };
}

/** The velocity once more, where the table has a column for it that is not the source's own. */
function pluginVelocity(
  { schema, attributes }: MapTable,
  described: readonly ColumnValues[],
): ColumnValues[] {
  const { name } = PLUGIN_VELOCITY_FIELD;
  const isAdded = schema.fields.some((field) => field.name === name);
  if (!isAdded || attributes.some((attribute) => attribute.name === name)) return [];
  // The fields of both levels come in one order, the velocity among them.
  const fields = describeFields(described.length === describeFields('full').length ? 'full' : 'basic');
  return [described[fields.findIndex((field) => field.name === VELOCITY)]];
}

function repairedClasses({ repair }: BatchAnalysis, classes: readonly string[], count: number): string[] {
  const names = new Array<string>(count).fill('');
  repair?.points.forEach((point, i) => {
    names[point] = classes[repair.codes[i]];
  });
  return names;
}

function sharedAxis(datasets: readonly Dataset[]): EpochAxis {
  const [first, ...others] = datasets;
  const odd = others.find(({ axis }) => !isSameAxis(axis, first.axis));
  if (odd === undefined) return first.axis;
  throw new GroundTrendError(
    'usage',
    `--keep-series needs inputs on the same dates; ${first.name} and ${odd.name} differ.`,
    { advice: 'Classify them one at a time, each into an output of its own.' },
  );
}

function describeRun(datasets: readonly Dataset[], classifier: ClassifierFacts): Record<string, string> {
  return {
    'groundtrend:model': classifier.name,
    'groundtrend:model_sha256': classifier.fingerprint,
    'groundtrend:classes': classifier.classes.join(','),
    'groundtrend:inputs': JSON.stringify(
      datasets.map(({ name, format, axis }) => ({ name, format, dates: Array.from(axis.days, formatDay) })),
    ),
  };
}
