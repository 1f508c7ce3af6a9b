import { formatDay } from '../series/epoch-axis.js';
import type { ColumnValues, ResultField } from '../series/result-table.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import {
  breakColumn,
  breakNoteColumn,
  type ColumnSource,
  type DescribedColumn,
  flagColumn,
  jumpColumn,
  numberColumn,
  sideColumn,
  textColumn,
  turningColumn,
  wholeColumn,
} from './described-column.js';
import { BREAK_DISJOINT, BREAK_OPEN } from './description.js';
import { type ClassEvidence, weighClasses } from './evidence.js';
import { MISSING_REASONS, NO_REASON } from './plan-dates.js';

/** How much is written of a description. */
export const DESCRIBE_LEVELS = ['none', 'basic', 'full'] as const;
export type DescribeLevel = (typeof DESCRIBE_LEVELS)[number];

/** Name of the column that the pipeline fills after a repair. */
export const CLASS_REPAIRED_FIELD: ResultField = {
  name: 'class_repaired',
  type: 'text',
  description: 'trend class once jumps of whole cycles have been put right; empty where nothing was repaired',
};

/** A season is called significant at this chance of as much by noise alone, and from this size on. */
const SEASON_PROBABILITY = 0.01;
const SEASON_LEAST_MM = 1;

const BREAK_NOTES: Readonly<Record<number, string>> = {
  [BREAK_OPEN]: 'open',
  [BREAK_DISJOINT]: 'disjoint',
  [BREAK_OPEN | BREAK_DISJOINT]: 'open;disjoint',
};

const COLUMNS: readonly DescribedColumn[] = [
  numberColumn(
    'velocity_mm_yr',
    'velocity of line and season, generalised least squares, mm/yr',
    true,
    (d) => d.velocity,
  ),
  numberColumn(
    'velocity_se_mm_yr',
    'its standard error under correlated noise, mm/yr',
    true,
    (d) => d.velocityError,
  ),
  numberColumn(
    'velocity_ols_mm_yr',
    'the same by ordinary least squares, as producers do, mm/yr',
    false,
    (d) => d.velocityOrdinary,
  ),
  numberColumn(
    'acceleration_mm_yr2',
    'twice the coefficient of t^2 of parabola and season, mm/yr^2',
    true,
    (d) => d.acceleration,
  ),
  numberColumn('acceleration_se_mm_yr2', 'its standard error, mm/yr^2', false, (d) => d.accelerationError),
  numberColumn(
    'acceleration_ols_mm_yr2',
    'the same by ordinary least squares, mm/yr^2',
    false,
    (d) => d.accelerationOrdinary,
  ),
  numberColumn(
    'seasonal_amplitude_mm',
    'annual amplitude beside a cubic, mm',
    true,
    (d) => d.seasonAmplitude,
  ),
  numberColumn('seasonal_amplitude_se_mm', 'its standard error, mm', false, (d) => d.seasonAmplitudeError),
  numberColumn(
    'seasonal_amplitude_ols_mm',
    'the same by ordinary least squares, mm',
    false,
    (d) => d.seasonAmplitudeOrdinary,
  ),
  wholeColumn(
    'seasonal_peak_doy',
    'int32',
    'day of the year of the seasonal maximum',
    false,
    (d) => d.seasonPeakDay,
  ),
  flagColumn(
    'seasonal_significant',
    'amplitude above 1 mm and F test below 0.01',
    (d) => [d.seasonProbability, d.seasonAmplitude],
    (probability, amplitude) => probability < SEASON_PROBABILITY && amplitude > SEASON_LEAST_MM,
  ),
  numberColumn(
    'noise_mm',
    'noise of one date, from changes between neighbouring dates (robust), mm',
    true,
    (d) => d.noise,
  ),
  numberColumn('residual_mm', 'standard deviation about line and season, mm', false, (d) => d.residualNoise),
  numberColumn(
    'lag1_correlation',
    'correlation of residuals a nominal revisit apart',
    false,
    (d) => d.lagOneCorrelation,
  ),
  numberColumn(
    'effective_dates',
    'independent dates that would say as much of a mean',
    false,
    (d) => d.effectiveSamples,
  ),
  breakColumn('break_date', 'date of the break of a Bilinear point', true, (d) => d.breakDay, 'nearest'),
  breakColumn('break_date_low', 'start of its 95 % interval', false, (d) => d.breakLowDay, 'down'),
  breakColumn('break_date_high', 'end of its 95 % interval', false, (d) => d.breakHighDay, 'up'),
  breakNoteColumn(
    'break_note',
    'open: the interval may go on beyond the dates searched; disjoint: it has a hole',
    (flags) => BREAK_NOTES[flags] ?? '',
  ),
  sideColumn(
    'velocity_before_mm_yr',
    'Bilinear: velocity before the break; Quadratic: at the first date, mm/yr',
    (d) => [d.velocityBefore, d.velocityStart],
  ),
  sideColumn('velocity_before_se_mm_yr', 'its standard error, mm/yr', (d) => [
    d.velocityBeforeError,
    d.velocityStartError,
  ]),
  sideColumn(
    'velocity_after_mm_yr',
    'Bilinear: velocity after the break; Quadratic: at the last date, mm/yr',
    (d) => [d.velocityAfter, d.velocityEnd],
  ),
  sideColumn('velocity_after_se_mm_yr', 'its standard error, mm/yr', (d) => [
    d.velocityAfterError,
    d.velocityEndError,
  ]),
  turningColumn(
    'zero_velocity_date',
    'Quadratic: date at which the velocity is zero',
    (d) => d.zeroVelocityDay,
  ),
  jumpColumn(
    'jump_dates',
    'PUE: first date after each jump, separated by semicolons',
    true,
    ({ epoch }, axis) => formatDay(axis.days[epoch]),
  ),
  jumpColumn('jump_cycles', 'PUE: cycles of half a wavelength of each jump', true, ({ cycles }) =>
    cycles > 0 ? `+${cycles}` : String(cycles),
  ),
  jumpColumn('jump_sizes_mm', 'PUE: measured size of each jump, mm', false, ({ sizeMm }) =>
    Number.isNaN(sizeMm) ? '' : sizeMm.toFixed(1),
  ),
  {
    field: {
      name: 'evidence',
      type: 'float32',
      description:
        'how many times likelier the class is than the one in evidence_against; below 1 less likely',
    },
    basic: true,
    values: (source) => evidenceOf(source).ratios,
  },
  {
    field: { name: 'evidence_against', type: 'text', description: 'the likeliest other class by shape' },
    basic: true,
    values: (source) => {
      const { rivals } = evidenceOf(source);
      const names = new Array<string>(rivals.length);
      for (let point = 0; point < names.length; point++) names[point] = TREND_CLASSES[rivals[point]] ?? '';
      return names;
    },
  },
  textColumn(
    'describe_note',
    'why a point has no numbers',
    true,
    ({ description }, point) => description.reason[point] !== NO_REASON,
    ({ description }, point) => MISSING_REASONS[description.reason[point]],
  ),
];

/** The fields that a level writes, in order. */
export function describeFields(level: DescribeLevel): ResultField[] {
  return columnsOf(level).map(({ field }) => field);
}

/** Their values for a batch, in the order of `describeFields`. The description's own memory may be among them. */
export function describeColumns(level: DescribeLevel, source: ColumnSource): ColumnValues[] {
  return columnsOf(level).map(({ values }) => values(source));
}

function columnsOf(level: DescribeLevel): readonly DescribedColumn[] {
  if (level === 'none') return [];
  return level === 'full' ? COLUMNS : COLUMNS.filter(({ basic }) => basic);
}

/** Evidence for the class of every point; two columns tell of it. */
function evidenceOf(source: ColumnSource): ClassEvidence {
  let found = weighed.get(source);
  if (found === undefined) {
    found = weighClasses(source.description, source.classes, source.jumps);
    weighed.set(source, found);
  }
  return found;
}

const weighed = new WeakMap<ColumnSource, ClassEvidence>();
