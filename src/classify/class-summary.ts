import type { ResultBatch, ResultSchema } from '../series/result-table.js';

/** What a classified map holds: points and mean confidence of every class, in the order of the classes. */
export interface ClassSummary {
  readonly className: string;
  readonly points: number;
  /** Share of all classified points, 0 to 1; 0 for an empty map. */
  readonly share: number;
  /** Mean of the winning probability over the points of this class; `null` where there are none. */
  readonly meanConfidence: number | null;
}

/** Adds up classes as batches go by. */
export interface ClassTally {
  add(classCode: number, confidence: number): void;
  readonly points: number;
  summarize(): ClassSummary[];
}

function createClassTally(classes: readonly string[]): ClassTally {
  const points = new Float64Array(classes.length);
  const confidence = new Float64Array(classes.length);
  let total = 0;
  return {
    add(classCode, value) {
      points[classCode] += 1;
      confidence[classCode] += value;
      total += 1;
    },
    get points() {
      return total;
    },
    summarize: () =>
      classes.map((className, code) => ({
        className,
        points: points[code],
        share: total === 0 ? 0 : points[code] / total,
        meanConfidence: points[code] === 0 ? null : confidence[code] / points[code],
      })),
  };
}

/** Adds up the classes in rows of a map. */
export interface RowTally extends Pick<ClassTally, 'points' | 'summarize'> {
  add(rows: ResultBatch): void;
}

/** Finds the classes of rows in the columns that hold code and confidence. */
export function createRowTally({ fields }: ResultSchema, classes: readonly string[]): RowTally {
  const codeColumn = fields.findIndex(({ name }) => name === 'class_code');
  const confidenceColumn = fields.findIndex(({ name }) => name === 'confidence');
  const tally = createClassTally(classes);
  return {
    add(rows) {
      const columns = rows.packed ?? rows.columns;
      const codes = columns[codeColumn] as Int32Array;
      const confidences = columns[confidenceColumn] as Float32Array;
      for (let row = 0; row < rows.count; row++) tally.add(codes[row], confidences[row]);
    },
    get points() {
      return tally.points;
    },
    summarize: () => tally.summarize(),
  };
}
