import { createRandom, type Random } from '../random.js';
import { createEpochAxis, DAYS_PER_YEAR, type EpochAxis, parseDay } from '../series/epoch-axis.js';

/** Update windows of the European Ground Motion Service, by first and last year. */
export const EGMS_RELEASES = ['2015_2020', '2015_2021', '2018_2022', '2019_2023', '2020_2024'] as const;
export type EgmsRelease = (typeof EGMS_RELEASES)[number];

const GRANADA_FIRST_DAY = dayOf('2015-03-10');
const GRANADA_LAST_DAY = dayOf('2018-09-28');
const GRANADA_EPOCHS = 139;
/** From here on Sentinel-1B flew as well, and dates are 6 days apart instead of 12. */
const SENTINEL1B_START = dayOf('2016-09-30');
/** Sentinel-1B failed on this day. */
const SENTINEL1B_END = dayOf('2021-12-23');
/** A day on which Sentinel-1A passed over the tracks simulated here; every twelfth day is another. */
const SENTINEL1A_PASS = dayOf('2020-01-03');
/** Origin of the regular dates of EGMS Ortho products (EGMS Algorithm Theoretical Basis Document, section 9.3). */
const ORTHO_ORIGIN = dayOf('2014-04-03');
const SIX_DAYS = 6;
const TWELVE_DAYS = 12;

/**
 * The stack of Mirmazloumi et al. 2022: 139 dates from 2015-03-10, 12 days apart until September 2016, then 6, with
 * the missing dates drawn at random, twice as likely in the first part. The last date is 2018-09-26: the last of the
 * six-day cycle before the end of September 2018.
 */
export function granadaCalendar(seed: number | string): EpochAxis {
  return drawGranadaCalendar(createRandom(seed).fork('granada-calendar'));
}

function drawGranadaCalendar(random: Random): EpochAxis {
  const nominal = sentinelPasses(GRANADA_FIRST_DAY, GRANADA_LAST_DAY, GRANADA_FIRST_DAY);
  const weights = nominal.map((day): number => (day < SENTINEL1B_START ? 2 : 1));
  weights[0] = 0;
  weights[nominal.length - 1] = 0;
  for (let missing = nominal.length - GRANADA_EPOCHS; missing > 0; missing--) {
    const dropped = random.weighted(weights);
    nominal.splice(dropped, 1);
    weights.splice(dropped, 1);
  }
  return createEpochAxis(nominal);
}

export interface EgmsCalendarOptions {
  /** `ortho` is the regular six-day axis of Level 3; default `line-of-sight` (Levels 2a and 2b). */
  readonly product?: 'line-of-sight' | 'ortho';
  /** Which dates are missing; default 0. */
  readonly seed?: number | string;
}

/**
 * The dates of an EGMS release: 6 days apart while both satellites flew, otherwise 12, with many missing in 2015 and
 * 2016 and few after.
 */
export function egmsCalendar(release: EgmsRelease, options: EgmsCalendarOptions = {}): EpochAxis {
  const random = createRandom(options.seed ?? 0).fork(`egms-calendar/${release}`);
  return options.product === 'ortho' ? orthoCalendar(release) : drawEgmsCalendar(release, random);
}

function orthoCalendar(release: EgmsRelease): EpochAxis {
  const [first, last] = releaseDays(release);
  const days: number[] = [];
  const start = first + positiveRemainder(ORTHO_ORIGIN - first, SIX_DAYS);
  for (let day = start; day <= last; day += SIX_DAYS) days.push(day);
  return createEpochAxis(days);
}

function drawEgmsCalendar(release: EgmsRelease, random: Random): EpochAxis {
  const [first, last] = releaseDays(release);
  const pass = SENTINEL1A_PASS + random.integer(TWELVE_DAYS);
  const start = first + positiveRemainder(pass - first, TWELVE_DAYS);
  const days = sentinelPasses(start, last, pass).filter(
    (day, index) => index === 0 || !random.chance(day < SENTINEL1B_START ? 0.16 : 0.015),
  );
  return createEpochAxis(days);
}

/** First and last day of a release; the first images used are of February 2015. */
function releaseDays(release: EgmsRelease): [number, number] {
  const [firstYear, lastYear] = release.split('_');
  return [dayOf(firstYear === '2015' ? '2015-02-01' : `${firstYear}-01-01`), dayOf(`${lastYear}-12-31`)];
}

/** Nominal dates of one track: every 12 days by Sentinel-1A, and 6 days later by 1B while it flew. */
function sentinelPasses(first: number, last: number, passOfA: number): number[] {
  const days: number[] = [];
  for (let day = first; day <= last; day += SIX_DAYS) {
    const isPassOfA = positiveRemainder(day - passOfA, TWELVE_DAYS) === 0;
    if (isPassOfA || (day >= SENTINEL1B_START && day <= SENTINEL1B_END)) days.push(day);
  }
  return days;
}

/** What `randomCalendar` draws from; one object, so that a training run can change it. */
export interface CalendarMixture {
  /** Shares of: Granada, EGMS line of sight, EGMS ortho, 12 days only, any regular step, mixed 12/6 days. */
  readonly weights: readonly [number, number, number, number, number, number];
  readonly cropChance: number;
  readonly greatestMissingShare: number;
  readonly gapChance: number;
  readonly gapDays: readonly [number, number];
  readonly snowChance: number;
  readonly snowDays: readonly [number, number];
  readonly epochs: readonly [number, number];
  readonly years: readonly [number, number];
}

export const CALENDAR_MIXTURE: CalendarMixture = Object.freeze<CalendarMixture>({
  weights: [0.16, 0.3, 0.12, 0.1, 0.16, 0.16],
  cropChance: 0.35,
  greatestMissingShare: 0.22,
  gapChance: 0.3,
  gapDays: [24, 90],
  snowChance: 0.08,
  snowDays: [40, 110],
  epochs: [60, 400],
  years: [1.2, 10],
});

/**
 * A calendar for training: 60 to 400 dates over 1.2 to 10 years, with crops, missing dates, one long gap now and then,
 * and winters without dates. A part of the mixture is the full calendar of a known product, left as it is.
 */
export function randomCalendar(random: Random, mixture: CalendarMixture = CALENDAR_MIXTURE): EpochAxis {
  for (;;) {
    const nominal = drawNominalDays(random, mixture);
    const days = random.chance(0.35) ? nominal : thinDays(nominal, random, mixture);
    const years = (days[days.length - 1] - days[0]) / DAYS_PER_YEAR;
    const fits =
      days.length >= mixture.epochs[0] &&
      days.length <= mixture.epochs[1] &&
      years >= mixture.years[0] &&
      years <= mixture.years[1];
    if (fits) return createEpochAxis(days);
  }
}

function drawNominalDays(random: Random, mixture: CalendarMixture): number[] {
  const release = EGMS_RELEASES[random.integer(EGMS_RELEASES.length)];
  switch (random.weighted(mixture.weights)) {
    case 0:
      return [...drawGranadaCalendar(random).days];
    case 1:
      return [...drawEgmsCalendar(release, random).days];
    case 2:
      return [...orthoCalendar(release).days];
    case 3:
      return regularDays(TWELVE_DAYS, random.between(2, mixture.years[1]));
    case 4: {
      const steps = [6, 7, 10, 11, 12, 24];
      return regularDays(steps[random.integer(steps.length)], random.between(...mixture.years));
    }
    default: {
      const first = dayOf('2014-10-06') + random.integer(2200);
      return sentinelPasses(first, first + random.between(3, 7) * DAYS_PER_YEAR, first);
    }
  }
}

function regularDays(step: number, years: number): number[] {
  const count = Math.min(400, Math.max(2, Math.floor((years * DAYS_PER_YEAR) / step) + 1));
  const first = dayOf('2016-01-04');
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function thinDays(nominal: number[], random: Random, mixture: CalendarMixture): number[] {
  let days = nominal;
  if (random.chance(mixture.cropChance)) {
    const length = Math.round(random.between(Math.min(60, days.length), days.length));
    const start = random.integer(days.length - length + 1);
    days = days.slice(start, start + length);
  }
  const missingShare = random.between(0, mixture.greatestMissingShare);
  days = keepDays(days, () => !random.chance(missingShare));
  const [first, last] = [days[0], days[days.length - 1]];
  if (random.chance(mixture.gapChance)) {
    const start = random.between(first, last);
    const end = start + random.between(...mixture.gapDays);
    days = keepDays(days, (day) => day < start || day > end);
  }
  if (random.chance(mixture.snowChance)) {
    const start = random.between(0, DAYS_PER_YEAR);
    const length = random.between(...mixture.snowDays);
    days = keepDays(days, (day) => positiveRemainder(day - first - start, DAYS_PER_YEAR) > length);
  }
  return days;
}

/** A part of a calendar, at least 60 dates and two fifths of it, of which up to a quarter is missing. */
export function cropCalendar(axis: EpochAxis, random: Random): EpochAxis {
  const { days } = axis;
  const length = Math.floor(
    random.between(Math.min(days.length, Math.max(60, 0.4 * days.length)), days.length),
  );
  const start = random.integer(days.length - length + 1);
  const cropped = [...days.subarray(start, start + length)];
  const missingShare = random.between(0, 0.25);
  const thinned = keepDays(cropped, () => !random.chance(missingShare));
  return createEpochAxis(thinned.length >= 60 ? thinned : cropped);
}

/** The days that are wanted; the first and the last always are. */
function keepDays(days: number[], isWanted: (day: number) => boolean): number[] {
  return days.filter((day, index) => index === 0 || index === days.length - 1 || isWanted(day));
}

function positiveRemainder(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

function dayOf(text: string): number {
  return parseDay(text) as number;
}
