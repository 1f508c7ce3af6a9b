import type { ExaminedPoint } from '../classify/examine-point.node.js';
import { probabilityColumn } from '../classify/result-columns.js';
import { explainNoiseModel } from '../kinematics/noise-model.js';
import { formatDay } from '../series/epoch-axis.js';
import { MISSING_INT32 } from '../series/result-table.js';
import { showText } from '../shown-text.js';

/** A value as it stands in the map; `null` where there is none. */
export type PointValue = string | number | boolean | null;

/** The columns that describe a point, by name, as `classify` writes them. */
export function pointValues({ described }: ExaminedPoint): ReadonlyMap<string, PointValue> {
  return new Map(
    described.map(({ field, values }): [string, PointValue] => {
      const value = values[0];
      if (typeof value === 'string') return [field.name, value === '' ? null : value];
      if (Number.isNaN(value) || value === MISSING_INT32) return [field.name, null];
      if (field.type === 'date') return [field.name, formatDay(value)];
      return [field.name, field.type === 'boolean' ? value === 1 : value];
    }),
  );
}

/** The point for machines: the columns of the map, and what became of its jumps. */
export function pointRecord(point: ExaminedPoint): Record<string, unknown> {
  const { finding, repaired } = point;
  return {
    pid: point.pid,
    file: point.dataset.name,
    longitude: point.longitude,
    latitude: point.latitude,
    model: point.modelName,
    class: point.className,
    confidence: point.confidence,
    ...Object.fromEntries(
      point.classes.map((name, i) => [probabilityColumn(name), point.probabilities[i]] as const),
    ),
    ambiguous: point.isAmbiguous,
    out_of_family: point.isOutOfFamily,
    explanation: point.why,
    ...Object.fromEntries(pointValues(point)),
    class_repaired: repaired?.className ?? null,
    repair: finding ? explainRepair(point) : null,
    file_noise: explainNoiseModel(point.describer.noise),
    warnings: point.warnings,
  };
}

/** Room for the titles in front of what is said of a point. */
const TITLE_WIDTH = 14;
/** Narrower terminals are left to break lines themselves. */
const LEAST_WIDTH = 40;

/** The point in words: one subject a paragraph, a title in front, lines of at most `width` characters. */
export function describeInWords(point: ExaminedPoint, width = Number.POSITIVE_INFINITY): string[] {
  const lines: [title: string, text: string][] = [
    ['class', explainProbabilities(point)],
    ['why', point.why],
    ...explainNumbers(pointValues(point)),
  ];
  const repair = explainRepair(point);
  if (repair !== '') lines.push(['repair', repair]);
  lines.push(['file', explainNoiseModel(point.describer.noise)]);
  for (const warning of point.warnings) lines.push(['note', showText(warning)]);
  return lines.flatMap(([title, text]) =>
    breakLines(text, Math.max(LEAST_WIDTH, width) - TITLE_WIDTH).map(
      (line, i) => `${(i === 0 ? title : '').padEnd(TITLE_WIDTH)}${line}`,
    ),
  );
}

/** Breaks a text between words; a word longer than a line has one of its own. */
export function breakLines(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function explainProbabilities(point: ExaminedPoint): string {
  const { classes, className, probabilities } = point;
  const order = classes
    .map((name, i) => ({ name, probability: probabilities[i] }))
    .sort((left, right) => right.probability - left.probability);
  const shares = order.map(({ name, probability }) => `${name} ${probability.toFixed(2)}`).join(', ');
  const doubts = [
    point.isAmbiguous ? 'ambiguous' : '',
    point.isOutOfFamily ? 'no class may describe it' : '',
  ].filter(Boolean);
  return `${className} (${shares})${doubts.length > 0 ? `: ${doubts.join('; ')}` : ''}`;
}

/** One line a subject that the point has numbers for. Errors are one standard error. */
function explainNumbers(values: ReadonlyMap<string, PointValue>): [string, string][] {
  const number = (name: string, digits: number) => {
    const value = values.get(name);
    return typeof value === 'number' ? value.toFixed(digits) : undefined;
  };
  const withError = (name: string, errorName: string, unit: string, digits: number) => {
    const value = values.get(name);
    if (typeof value !== 'number') return undefined;
    const error = number(errorName, digits);
    return `${formatSigned(value, digits)}${error ? ` ± ${error}` : ''} ${unit}`;
  };
  const lines: [string, string | undefined][] = [
    ['velocity', withError('velocity_mm_yr', 'velocity_se_mm_yr', 'mm/yr', 2)],
    ['acceleration', withError('acceleration_mm_yr2', 'acceleration_se_mm_yr2', 'mm/yr²', 2)],
  ];
  const season = number('seasonal_amplitude_mm', 1);
  if (season) {
    const error = number('seasonal_amplitude_se_mm', 1);
    const peak = number('seasonal_peak_doy', 0);
    const isSignificant = values.get('seasonal_significant') === true;
    const significance = isSignificant ? 'significant' : 'not significant';
    lines.push([
      'season',
      `${season}${error ? ` ± ${error}` : ''} mm, highest on day ${peak} of the year, ${significance}`,
    ]);
  }
  const noise = number('noise_mm', 1);
  if (noise) {
    const rest = `${number('residual_mm', 1)} mm about line and season, correlation ${number('lag1_correlation', 2)} from one revisit to the next, worth ${number('effective_dates', 0)} independent dates`;
    lines.push(['noise', `${noise} mm from date to date, ${rest}`]);
  }
  const breakDate = values.get('break_date');
  if (breakDate) {
    const interval = `95 %: ${values.get('break_date_low')} to ${values.get('break_date_high')}`;
    const note = values.get('break_note') ? `, ${values.get('break_note')}` : '';
    lines.push(['break', `${breakDate} (${interval}${note})`]);
  }
  const before = values.get('velocity_before_mm_yr');
  const after = values.get('velocity_after_mm_yr');
  if (typeof before === 'number' && typeof after === 'number') {
    const places = breakDate ? ['before it', 'after it'] : ['at the start', 'at the end'];
    lines.push(
      [places[0], withError('velocity_before_mm_yr', 'velocity_before_se_mm_yr', 'mm/yr', 2)],
      [places[1], withError('velocity_after_mm_yr', 'velocity_after_se_mm_yr', 'mm/yr', 2)],
      [
        'that is',
        explainChange(
          { rate: before, error: values.get('velocity_before_se_mm_yr') },
          { rate: after, error: values.get('velocity_after_se_mm_yr') },
        ),
      ],
    );
  }
  const zero = values.get('zero_velocity_date');
  if (zero) lines.push(['at rest', `on ${zero}`]);
  return lines.flatMap(([title, text]) => (text ? [[title, text]] : []));
}

/** Velocities of less than so many standard errors are told from none at 95 %. */
const SIGNIFICANT = 1.96;

interface PhaseVelocity {
  readonly rate: number;
  /** One standard error; anything but a number where it is not known. */
  readonly error: PointValue | undefined;
}

/** What a change of velocity is in a word; a velocity within its error of zero is none. */
export function explainChange(before: PhaseVelocity, after: PhaseVelocity): string {
  const isRest = ({ rate, error }: PhaseVelocity) =>
    typeof error === 'number' && Math.abs(rate) < SIGNIFICANT * error;
  if (isRest(before)) return isRest(after) ? 'less than the errors' : 'a start of motion';
  if (isRest(after)) return 'an end of motion';
  if (before.rate * after.rate < 0) return 'a reversal';
  return Math.abs(after.rate) > Math.abs(before.rate) ? 'acceleration' : 'deceleration';
}

/** What jumps were found, their sizes, and whether they are put right; empty where there are none. */
export function explainRepair({
  finding,
  repaired,
  dataset,
  describer,
  className,
  ...point
}: ExaminedPoint): string {
  const { days } = dataset.axis;
  if (finding?.path === undefined) {
    const part = finding?.subCycleStep;
    if (part !== undefined) {
      return `a step of ${part.sizeMm.toFixed(1)} mm on ${formatDay(days[part.epoch])} is part of a cycle (${describer.cycle.toFixed(2)} mm) and stays as it is`;
    }
    const step = point.description.stepEpoch[point.row];
    return className === 'PUE' && step >= 0
      ? `a jump on ${formatDay(days[step])} would explain most, but is not clear enough to be believed; drawn without it`
      : '';
  }
  const jumps = finding.path.jumps
    .map(({ epoch, cycles, sizeMm }) => {
      const size = Number.isFinite(sizeMm) ? ` (${formatSigned(sizeMm, 1)} mm)` : '';
      return `${formatDay(days[epoch])} ${formatSigned(cycles, 0)} ${Math.abs(cycles) === 1 ? 'cycle' : 'cycles'}${size}`;
    })
    .join(', ');
  const { near, sharing } = finding.support;
  const ground = `gain ${finding.path.gain.toFixed(0)}, shared by ${sharing} of ${near} neighbours`;
  return repaired
    ? `${jumps}: put right (${ground}); then ${repaired.className}`
    : `${jumps}: not believed, ${finding.refusal} (${ground}); drawn without ${finding.path.jumps.length === 1 ? 'it' : 'them'}`;
}

function formatSigned(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) > 0 ? `+${text}` : text;
}
