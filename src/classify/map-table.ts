import { GroundTrendError } from '../errors.js';
import {
  CLASS_REPAIRED_FIELD,
  type DescribeLevel,
  describeFields,
} from '../kinematics/description-columns.js';
import type { Dataset } from '../series/dataset.js';
import { type EpochAxis, formatDay, isSameAxis } from '../series/epoch-axis.js';
import type { ResultBatch, ResultField, ResultSchema } from '../series/result-table.js';
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
  { schema, attributes }: MapTable,
  classes: readonly string[],
  batch: SeriesBatch,
  analysis: BatchAnalysis,
  displacements: Float32Array,
): ResultBatch {
  return {
    count: batch.count,
    longitude: batch.longitude,
    latitude: batch.latitude,
    columns: [
      batch.pids,
      ...classColumns(analysis, classes),
      ...analysis.described,
      ...(analysis.repair ? [repairedClasses(analysis, classes, batch.count)] : []),
      ...attributeColumns(batch, attributes),
    ],
    displacements: schema.series ? displacements : undefined,
  };
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
