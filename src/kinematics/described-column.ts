import type { EpochAxis } from '../series/epoch-axis.js';
import type { ColumnType, ColumnValues, ResultField } from '../series/result-table.js';
import { MISSING_INT32 } from '../series/result-table.js';
import { trendCode } from '../series/trend-class.js';
import type { Description } from './description.js';
import type { Jump } from './jump-judgement.js';
import type { JumpPath } from './jumps.js';

/** What the columns are made of. */
export interface ColumnSource {
  readonly description: Description;
  readonly axis: EpochAxis;
  /** Codes of `TREND_CLASSES`; 255 for none. */
  readonly classes: ArrayLike<number>;
  /** Jumps by point as found by the search; the best single step stands in for a PUE without any. */
  readonly jumps?: ReadonlyMap<number, Pick<JumpPath, 'jumps' | 'gain'>>;
}

/** A column of the map, and how its values come from a description. */
export interface DescribedColumn {
  readonly field: ResultField;
  /** Whether it is written at the level `basic`, too. */
  readonly basic: boolean;
  readonly values: (source: ColumnSource) => ColumnValues;
}

const BILINEAR = trendCode('Bilinear');
const QUADRATIC = trendCode('Quadratic');
const PUE = trendCode('PUE');

// Plain loops: a callback for each value of thirty columns costs as much as fitting the models.

/** Numbers that a description holds as they are; the column may be the description's own memory. */
export function numberColumn(
  name: string,
  description: string,
  basic: boolean,
  pick: (description: Description) => Float32Array,
): DescribedColumn {
  return {
    field: { name, type: 'float32', description },
    basic,
    values: (source) => {
      const values = pick(source.description);
      for (let point = 0; point < values.length; point++) {
        const value = values[point];
        if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
          return withoutInfinite(values);
      }
      return values;
    },
  };
}

function withoutInfinite(values: Float32Array): Float32Array {
  return values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
}

/** Whole numbers from numbers with a fraction: the nearest one, the one below or the one above. */
type Rounding = 'nearest' | 'down' | 'up';

/** Whole numbers or days, of all points or those of one class. */
export function wholeColumn(
  name: string,
  type: Extract<ColumnType, 'int32' | 'date'>,
  description: string,
  basic: boolean,
  pick: (description: Description) => Float32Array | Float64Array,
  rounding: Rounding = 'nearest',
  trend?: number,
): DescribedColumn {
  return {
    field: { name, type, description },
    basic,
    values: ({ description: described, classes }) => {
      const numbers = pick(described);
      const values = new Int32Array(numbers.length);
      for (let point = 0; point < values.length; point++) {
        const number = numbers[point];
        if ((trend !== undefined && classes[point] !== trend) || !Number.isFinite(number)) {
          values[point] = MISSING_INT32;
        } else if (rounding === 'nearest') values[point] = Math.round(number);
        else values[point] = rounding === 'down' ? Math.floor(number) : Math.ceil(number);
      }
      return values;
    },
  };
}

/** Yes or no, one a point; nothing where the first of the numbers it follows from is missing. */
export function flagColumn(
  name: string,
  description: string,
  pick: (description: Description) => readonly [Float32Array, Float32Array],
  isSet: (first: number, second: number) => boolean,
): DescribedColumn {
  return {
    field: { name, type: 'boolean', description },
    basic: false,
    values: (source) => {
      const [first, second] = pick(source.description);
      const values = new Int32Array(first.length);
      for (let point = 0; point < values.length; point++) {
        if (Number.isNaN(first[point])) values[point] = MISSING_INT32;
        else values[point] = isSet(first[point], second[point]) ? 1 : 0;
      }
      return values;
    },
  };
}

/** A date of the break, which only Bilinear points have. */
export function breakColumn(
  name: string,
  description: string,
  basic: boolean,
  pick: (description: Description) => Float64Array,
  rounding: Rounding,
): DescribedColumn {
  return wholeColumn(name, 'date', description, basic, pick, rounding, BILINEAR);
}

/** A date that only Quadratic points have. */
export function turningColumn(
  name: string,
  description: string,
  pick: (description: Description) => Float64Array,
): DescribedColumn {
  return wholeColumn(name, 'date', description, false, pick, 'nearest', QUADRATIC);
}

/** A velocity that only Bilinear (first) and Quadratic (second) points have. */
export function sideColumn(
  name: string,
  description: string,
  pick: (description: Description) => readonly [bilinear: Float32Array, quadratic: Float32Array],
): DescribedColumn {
  return {
    field: { name, type: 'float32', description },
    basic: false,
    values: (source) => {
      const [bilinear, quadratic] = pick(source.description);
      const values = new Float32Array(bilinear.length).fill(Number.NaN);
      for (let point = 0; point < values.length; point++) {
        const code = source.classes[point];
        if (code === BILINEAR) values[point] = bilinear[point];
        else if (code === QUADRATIC) values[point] = quadratic[point];
      }
      return values;
    },
  };
}

/** A text that few points have: those that `isTold` names. */
export function textColumn(
  name: string,
  description: string,
  basic: boolean,
  isTold: (source: ColumnSource, point: number) => boolean,
  textOf: (source: ColumnSource, point: number) => string,
): DescribedColumn {
  return {
    field: { name, type: 'text', description },
    basic,
    values: (source) => {
      const texts = new Array<string>(source.description.count).fill('');
      for (let point = 0; point < texts.length; point++) {
        if (isTold(source, point)) texts[point] = textOf(source, point);
      }
      return texts;
    },
  };
}

/** A note on the break of Bilinear points. */
export function breakNoteColumn(
  name: string,
  description: string,
  noteOf: (flags: number) => string,
): DescribedColumn {
  return textColumn(
    name,
    description,
    false,
    ({ classes }, point) => classes[point] === BILINEAR,
    (source, point) => noteOf(source.description.breakFlags[point]),
  );
}

/** What is to be said of each jump, separated by semicolons. */
export function jumpColumn(
  name: string,
  description: string,
  basic: boolean,
  textOf: (jump: Jump, axis: EpochAxis) => string,
): DescribedColumn {
  return textColumn(
    name,
    description,
    basic,
    ({ classes, jumps }, point) => classes[point] === PUE || jumps !== undefined,
    ({ description: found, axis, classes, jumps }, point) => {
      const path = jumps?.get(point);
      if (path !== undefined) return path.jumps.map((jump) => textOf(jump, axis)).join(';');
      if (classes[point] !== PUE || found.stepEpoch[point] < 0) return '';
      const step = { epoch: found.stepEpoch[point], cycles: found.stepSign[point] };
      return textOf({ ...step, sizeMm: Number.NaN, misfitMm: Number.NaN }, axis);
    },
  );
}
