import type { Dataset } from '../series/dataset.js';
import type { ColumnValues, ResultField } from '../series/result-table.js';
import type { AttributeField, SeriesBatch } from '../series/series-batch.js';
import type { ClassScores } from './classifier.js';

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
  ];
}

export interface ClassColumns {
  readonly codes: Int32Array;
  readonly confidence: Float32Array;
  /** In the order of `classFields`. */
  readonly columns: readonly ColumnValues[];
}

/** Turns the scores of a batch into columns; the class is the most probable one, the first of equals. */
export function classColumns(scores: ClassScores, classes: readonly string[], count: number): ClassColumns {
  const width = classes.length;
  const codes = new Int32Array(count);
  const confidence = new Float32Array(count);
  const probabilities = classes.map(() => new Float32Array(count));
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let c = 0; c < width; c++) {
      const value = scores.probabilities[i * width + c];
      probabilities[c][i] = value;
      if (value > scores.probabilities[i * width + best]) best = c;
    }
    codes[i] = best;
    confidence[i] = scores.probabilities[i * width + best];
  }
  const names = Array.from(codes, (code) => classes[code]);
  return { codes, confidence, columns: [names, codes, confidence, ...probabilities] };
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
