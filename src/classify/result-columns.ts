import type { Dataset } from '../series/dataset.js';
import type { ColumnValues, ResultField } from '../series/result-table.js';
import type { AttributeField, SeriesBatch } from '../series/series-batch.js';
import type { BatchAnalysis } from './analysis.js';
import { TRENDS_WITHOUT_JUMPS } from './classifier.js';
import { flagAmbiguous, flagOutOfFamily } from './doubt-flags.js';

/** `PUE` -> `p_pue`: the column that holds a class's probability. */
export function probabilityColumn(className: string): string {
  return `p_${className.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`;
}

/** The columns that say how a point moves, ahead of the source's own. */
export function classFields(classes: readonly string[]): ResultField[] {
  return [
    { name: 'class', type: 'text', description: 'trend of the series' },
    { name: 'class_code', type: 'int32', description: `position of the class: ${classes.join(', ')} from 0` },
    { name: 'confidence', type: 'float32', description: 'probability of the class, calibrated, 0 to 1' },
    ...classes.map(
      (name): ResultField => ({
        name: probabilityColumn(name),
        type: 'float32',
        description: `probability of ${name}, 0 to 1`,
      }),
    ),
    { name: 'ambiguous', type: 'boolean', description: 'the class is less probable than 0.6' },
    {
      name: 'out_of_family',
      type: 'boolean',
      description: 'that no class describes the series is likelier than any one class',
    },
    {
      name: 'trend_without_jumps',
      type: 'text',
      description: `the trend with jumps set aside: ${TRENDS_WITHOUT_JUMPS.join(', ')}; empty where the model does not tell`,
    },
    {
      name: 'jump_probability',
      type: 'float32',
      description: 'probability of a jump by about a cycle, whatever the trend, 0 to 1',
    },
  ];
}

// Plain loops: an array made `from` another one calls back for every value and makes an object for it.

/** The classes of a batch in the order of `classFields`. */
export function classColumns(
  { scores, codes, confidence }: BatchAnalysis,
  classes: readonly string[],
): ColumnValues[] {
  const width = classes.length;
  const probabilities = classes.map((_, c) => pickColumn(scores.probabilities, width, c));
  return [
    namesOf(codes, classes),
    codes,
    confidence,
    ...probabilities,
    flagAmbiguous(confidence),
    flagOutOfFamily(scores, confidence),
    scores.trend ? namesOf(scores.trend, TRENDS_WITHOUT_JUMPS) : new Array<string>(codes.length).fill(''),
    scores.jump ?? new Float32Array(codes.length).fill(Number.NaN),
  ];
}

function pickColumn(rows: Float32Array, width: number, column: number): Float32Array {
  const values = new Float32Array(rows.length / width);
  for (let row = 0; row < values.length; row++) values[row] = rows[row * width + column];
  return values;
}

function namesOf(codes: ArrayLike<number>, names: readonly string[]): string[] {
  const found = new Array<string>(codes.length);
  for (let i = 0; i < found.length; i++) found[i] = names[codes[i]];
  return found;
}

/** The attributes of all the datasets, in the order they first appear; a text in any of them makes it text in all. */
export function joinAttributes(datasets: readonly Dataset[]): AttributeField[] {
  const kinds = new Map<string, AttributeField['kind']>();
  for (const { fields } of datasets) {
    for (const { name, kind } of fields) {
      kinds.set(name, kinds.get(name) === 'text' ? 'text' : kind);
    }
  }
  return Array.from(kinds, ([name, kind]) => ({ name, kind }));
}

/** Attributes as result columns; one that bears a name of ours gets `source_` in front. */
export function attributeResultFields(
  attributes: readonly AttributeField[],
  taken: readonly string[],
): ResultField[] {
  return attributes.map(({ name, kind }) => ({
    name: taken.includes(name) ? `source_${name}` : name,
    type: kind === 'text' ? 'text' : 'float64',
    description: 'as the source has it',
  }));
}

/** The batch's values for the joined attributes; missing where this dataset lacks one. */
export function attributeColumns(batch: SeriesBatch, attributes: readonly AttributeField[]): ColumnValues[] {
  return attributes.map(({ name, kind }) => {
    const column = batch.attributes.find((attribute) => attribute.name === name);
    if (kind === 'text') {
      if (column === undefined) return new Array<string>(batch.count).fill('');
      if (column.kind === 'text') return column.values;
      return Array.from(column.values, (value) => (Number.isNaN(value) ? '' : String(value)));
    }
    return column?.kind === 'number' ? column.values : new Float64Array(batch.count).fill(Number.NaN);
  });
}
