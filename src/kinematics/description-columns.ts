import type { EpochAxis } from '../series/epoch-axis.js';
import { formatDay } from '../series/epoch-axis.js';
import type { ColumnValues, ResultField } from '../series/result-table.js';
import { MISSING_INT32 } from '../series/result-table.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import type { Description } from './description.js';
import { BREAK_DISJOINT, BREAK_OPEN } from './description.js';
import { type Evidence, evidenceFor } from './evidence.js';
import type { Jump } from './jump-judgement.js';
import type { JumpPath } from './jumps.js';
import { MISSING_REASONS } from './series-plan.js';

/** How much is written of a description. */
export const DESCRIBE_LEVELS = ['none', 'basic', 'full'] as const;
export type DescribeLevel = (typeof DESCRIBE_LEVELS)[number];

/** Name of the column that the pipeline fills after a repair. */
export const CLASS_REPAIRED_FIELD: ResultField = {
  name: 'class_repaired',
  type: 'text',
  description: 'trend class once jumps of whole cycles have been put right; empty where nothing was repaired',
};

/** What the columns are made of. */
export interface ColumnSource {
  readonly description: Description;
  readonly axis: EpochAxis;
  /** Codes of `TREND_CLASSES`; 255 for none. */
  readonly classes: ArrayLike<number>;
  /** Jumps by point as found by the search; the best single step stands in for a PUE without any. */
  readonly jumps?: ReadonlyMap<number, Pick<JumpPath, 'jumps' | 'gain'>>;
}

interface DescribedColumn {
  readonly field: ResultField;
  readonly basic: boolean;
  readonly values: (source: ColumnSource) => ColumnValues;
}

const BILINEAR = TREND_CLASSES.indexOf('Bilinear');
const QUADRATIC = TREND_CLASSES.indexOf('Quadratic');
const PUE = TREND_CLASSES.indexOf('PUE');

/** A season is called significant at this chance of as much by noise alone, and from this size on. */
const SEASON_PROBABILITY = 0.01;
const SEASON_LEAST_MM = 1;

const COLUMNS: readonly DescribedColumn[] = [
  number(
    'velocity_mm_yr',
    'velocity of line and season, generalised least squares, mm/yr',
    true,
    (d) => d.velocity,
  ),
  number(
    'velocity_se_mm_yr',
    'its standard error under correlated noise, mm/yr',
    true,
    (d) => d.velocityError,
  ),
  number(
    'velocity_ols_mm_yr',
    'the same by ordinary least squares, as producers do, mm/yr',
    false,
    (d) => d.velocityOrdinary,
  ),
  number(
    'acceleration_mm_yr2',
    'twice the coefficient of t^2 of parabola and season, mm/yr^2',
    true,
    (d) => d.acceleration,
  ),
  number('acceleration_se_mm_yr2', 'its standard error, mm/yr^2', false, (d) => d.accelerationError),
  number(
    'acceleration_ols_mm_yr2',
    'the same by ordinary least squares, mm/yr^2',
    false,
    (d) => d.accelerationOrdinary,
  ),
  number('seasonal_amplitude_mm', 'annual amplitude beside a cubic, mm', true, (d) => d.seasonAmplitude),
  number('seasonal_amplitude_se_mm', 'its standard error, mm', false, (d) => d.seasonAmplitudeError),
  number(
    'seasonal_amplitude_ols_mm',
    'the same by ordinary least squares, mm',
    false,
    (d) => d.seasonAmplitudeOrdinary,
  ),
  {
    field: {
      name: 'seasonal_peak_doy',
      type: 'int32',
      description: 'day of the year of the seasonal maximum',
    },
    basic: false,
    values: ({ description }) => Int32Array.from(description.seasonPeakDay, wholeOrMissing),
  },
  {
    field: {
      name: 'seasonal_significant',
      type: 'boolean',
      description: 'amplitude above 1 mm and F test below 0.01',
    },
    basic: false,
    values: ({ description: d }) =>
      Int32Array.from(d.seasonProbability, (probability, point) => {
        if (Number.isNaN(probability)) return MISSING_INT32;
        return probability < SEASON_PROBABILITY && d.seasonAmplitude[point] > SEASON_LEAST_MM ? 1 : 0;
      }),
  },
  number(
    'noise_mm',
    'noise of one date, from changes between neighbouring dates (robust), mm',
    true,
    (d) => d.noise,
  ),
  number('residual_mm', 'standard deviation about line and season, mm', false, (d) => d.residualNoise),
  number(
    'lag1_correlation',
    'correlation of residuals a nominal revisit apart',
    false,
    (d) => d.lagOneCorrelation,
  ),
  number(
    'effective_dates',
    'independent dates that would say as much of a mean',
    false,
    (d) => d.effectiveSamples,
  ),
  date('break_date', 'date of the break of a Bilinear point', true, (d) => d.breakDay, Math.round),
  date('break_date_low', 'start of its 95 % interval', false, (d) => d.breakLowDay, Math.floor),
  date('break_date_high', 'end of its 95 % interval', false, (d) => d.breakHighDay, Math.ceil),
  {
    field: {
      name: 'break_note',
      type: 'text',
      description: 'open: the interval may go on beyond the dates searched; disjoint: it has a hole',
    },
    basic: false,
    values: ({ description, classes }) =>
      Array.from(description.breakFlags, (flags, point) => {
        if (classes[point] !== BILINEAR) return '';
        return [flags & BREAK_OPEN ? 'open' : '', flags & BREAK_DISJOINT ? 'disjoint' : '']
          .filter(Boolean)
          .join(';');
      }),
  },
  masked(
    'velocity_before_mm_yr',
    'Bilinear: velocity before the break; Quadratic: at the first date, mm/yr',
    (d) => [d.velocityBefore, d.velocityStart],
  ),
  masked('velocity_before_se_mm_yr', 'its standard error, mm/yr', (d) => [
    d.velocityBeforeError,
    d.velocityStartError,
  ]),
  masked(
    'velocity_after_mm_yr',
    'Bilinear: velocity after the break; Quadratic: at the last date, mm/yr',
    (d) => [d.velocityAfter, d.velocityEnd],
  ),
  masked('velocity_after_se_mm_yr', 'its standard error, mm/yr', (d) => [
    d.velocityAfterError,
    d.velocityEndError,
  ]),
  {
    field: {
      name: 'zero_velocity_date',
      type: 'date',
      description: 'Quadratic: date at which the velocity is zero',
    },
    basic: false,
    values: ({ description, classes }) =>
      Int32Array.from(description.zeroVelocityDay, (day, point) =>
        classes[point] === QUADRATIC ? wholeOrMissing(day) : MISSING_INT32,
      ),
  },
  {
    field: {
      name: 'jump_dates',
      type: 'text',
      description: 'PUE: first date after each jump, separated by semicolons',
    },
    basic: true,
    values: (source) => mapJumps(source, ({ epoch }) => formatDay(source.axis.days[epoch])),
  },
  {
    field: {
      name: 'jump_cycles',
      type: 'text',
      description: 'PUE: cycles of half a wavelength of each jump',
    },
    basic: true,
    values: (source) => mapJumps(source, ({ cycles }) => (cycles > 0 ? `+${cycles}` : String(cycles))),
  },
  {
    field: { name: 'jump_sizes_mm', type: 'text', description: 'PUE: measured size of each jump, mm' },
    basic: false,
    values: (source) => mapJumps(source, ({ sizeMm }) => (Number.isNaN(sizeMm) ? '' : sizeMm.toFixed(1))),
  },
  {
    field: {
      name: 'evidence',
      type: 'float32',
      description:
        'how many times likelier the class is than the one in evidence_against; below 1 less likely',
    },
    basic: true,
    values: (source) => Float32Array.from(weighEvidence(source), (found) => found?.ratio ?? Number.NaN),
  },
  {
    field: { name: 'evidence_against', type: 'text', description: 'the likeliest other class by shape' },
    basic: true,
    values: (source) => weighEvidence(source).map((found) => found?.against ?? ''),
  },
  {
    field: { name: 'describe_note', type: 'text', description: 'why a point has no numbers' },
    basic: true,
    values: ({ description }) => Array.from(description.reason, (reason) => MISSING_REASONS[reason]),
  },
];

/** The fields that a level writes, in order. */
export function describeFields(level: DescribeLevel): ResultField[] {
  return columnsOf(level).map(({ field }) => field);
}

/** Their values for a batch, in the order of `describeFields`. */
export function describeColumns(level: DescribeLevel, source: ColumnSource): ColumnValues[] {
  return columnsOf(level).map(({ values }) => values(source));
}

function columnsOf(level: DescribeLevel): readonly DescribedColumn[] {
  if (level === 'none') return [];
  return level === 'full' ? COLUMNS : COLUMNS.filter(({ basic }) => basic);
}

function number(
  name: string,
  text: string,
  basic: boolean,
  pick: (description: Description) => Float32Array,
): DescribedColumn {
  return {
    field: { name, type: 'float32', description: text },
    basic,
    values: ({ description }) =>
      pick(description).map((value) => (Number.isFinite(value) ? value : Number.NaN)),
  };
}

function date(
  name: string,
  text: string,
  basic: boolean,
  pick: (description: Description) => Float64Array,
  round: (day: number) => number,
): DescribedColumn {
  return {
    field: { name, type: 'date', description: text },
    basic,
    values: ({ description, classes }) =>
      Int32Array.from(pick(description), (day, point) =>
        classes[point] === BILINEAR && Number.isFinite(day) ? round(day) : MISSING_INT32,
      ),
  };
}

/** A velocity that only Bilinear (first) and Quadratic (second) points have. */
function masked(
  name: string,
  text: string,
  pick: (description: Description) => readonly [Float32Array, Float32Array],
): DescribedColumn {
  return {
    field: { name, type: 'float32', description: text },
    basic: false,
    values: ({ description, classes }) => {
      const [bilinear, quadratic] = pick(description);
      return bilinear.map((value, point) => {
        if (classes[point] === BILINEAR) return value;
        return classes[point] === QUADRATIC ? quadratic[point] : Number.NaN;
      });
    },
  };
}

/** Evidence for the class of every point; two columns tell of it. */
function weighEvidence(source: ColumnSource): readonly (Evidence | undefined)[] {
  let found = weighed.get(source);
  if (found === undefined) {
    const { description, classes, jumps } = source;
    found = Array.from({ length: description.count }, (_, point) => {
      const trend = TREND_CLASSES[classes[point]];
      return trend && evidenceFor(description, point, trend, jumps?.get(point)?.gain);
    });
    weighed.set(source, found);
  }
  return found;
}

const weighed = new WeakMap<ColumnSource, readonly (Evidence | undefined)[]>();

function wholeOrMissing(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : MISSING_INT32;
}

function mapJumps({ description, classes, jumps }: ColumnSource, text: (jump: Jump) => string): string[] {
  return Array.from({ length: description.count }, (_, point) => {
    const found = jumps?.get(point);
    if (found !== undefined) return found.jumps.map(text).join(';');
    if (classes[point] !== PUE || description.stepEpoch[point] < 0) return '';
    const step = { epoch: description.stepEpoch[point], cycles: description.stepSign[point] };
    return text({ ...step, sizeMm: Number.NaN, misfitMm: Number.NaN });
  });
}
