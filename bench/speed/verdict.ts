import { medianOf, type StageReport } from './measure.js';
import { PANDAS, SCANNER } from './programs.js';
import { rateOf } from './report.js';
import {
  CLASSES_ONLY,
  NO_SIEVE,
  NO_SIEVE_CLASSES_ONLY,
  ONE_THREAD,
  TWO_THREADS,
  ZIPPED,
} from './writing-stages.js';

/** How time grows with the dates is seen in this stage, on files of so many points. */
export const GROWTH_STAGE = TWO_THREADS;
export const GROWTH_POINTS = 50_000;
export const GROWTH_DATES = [150, 300, 600] as const;

/** What the aims are about, which is run several times at any size. */
export const AIMED_STAGES: ReadonlySet<string> = new Set([
  SCANNER,
  GROWTH_STAGE,
  CLASSES_ONLY,
  NO_SIEVE,
  NO_SIEVE_CLASSES_ONLY,
  ONE_THREAD,
]);

/** What the program is held to, and what was measured. */
interface Aim {
  readonly aim: string;
  /** Nothing where a number is shown beside an aim and is none itself. */
  readonly isMet?: (value: number) => boolean;
  readonly value: number | undefined;
  readonly format: (value: number) => string;
}

/** The stages of one size, by name. */
type Find = (stage: string) => StageReport | undefined;

/** Each aim against what was measured, missed or met, as a table. */
export function formatAims(stages: readonly StageReport[]): string[] {
  const sizes = [...new Set(stages.filter(({ stage }) => stage === SCANNER).map(({ points }) => points))];
  const largest = Math.max(0, ...sizes);
  const findIn =
    (points: number): Find =>
    (name) =>
      stages.find((stage) => stage.points === points && stage.dates === 300 && stage.stage === name);
  const rate = (find: Find, name: string) => rateOfFound(find(name));
  const large = findIn(largest);
  const compared = Math.max(...sizes.filter((points) => findIn(points)(PANDAS) !== undefined), 0);
  const aims: Aim[] = [
    {
      aim: `points a second, ${largest} points, two threads: at least 80,000`,
      isMet: (value) => value >= 80_000,
      value: rate(large, GROWTH_STAGE),
      format: (value) => Math.round(value).toLocaleString('en-GB'),
    },
    ratio(
      'time over that of the bare scanner: at most 2.5',
      (value) => value <= 2.5,
      rate(large, SCANNER),
      rate(large, GROWTH_STAGE),
    ),
    ratio(
      'time of all numbers over that of classes only, both by the network alone: at most 1.4',
      (value) => value <= 1.4,
      rate(large, NO_SIEVE_CLASSES_ONLY),
      rate(large, NO_SIEVE),
    ),
    ratio(
      'the same where a sieve makes the classes cheaper',
      undefined,
      rate(large, CLASSES_ONLY),
      rate(large, GROWTH_STAGE),
    ),
    ratio(
      'zipped: speed over that of inflating alone: at least 0.8',
      (value) => value >= 0.8,
      rate(large, ZIPPED),
      rate(large, 'inflate alone'),
    ),
    ratio(
      'two threads over one: at least 1.8',
      (value) => value >= 1.8,
      rate(large, GROWTH_STAGE),
      rate(large, ONE_THREAD),
    ),
    ratio(
      `over ${PANDAS.replace('rival: ', '')}, ${compared} points: at least 20`,
      (value) => value >= 20,
      rate(findIn(compared), GROWTH_STAGE),
      rate(findIn(compared), PANDAS),
    ),
    ...sizes
      .filter((points) => points >= 100_000)
      .map((points) => ({
        aim: `peak memory, ${points} points, MB: at most 700`,
        isMet: (value: number) => value <= 700,
        value: peakOf(findIn(points)(GROWTH_STAGE)),
        format: (value: number) => value.toFixed(0),
      })),
  ];
  return [
    '| aim | measured | |',
    '| --- | ---: | --- |',
    ...aims.map(({ aim, isMet, value, format }) => {
      if (value === undefined) return `| ${aim} | not measured | |`;
      const verdict = isMet === undefined ? '' : isMet(value) ? 'met' : 'missed';
      return `| ${aim} | ${format(value)} | ${verdict} |`;
    }),
  ];
}

function ratio(aim: string, isMet: Aim['isMet'], above: number | undefined, below: number | undefined): Aim {
  const value = above === undefined || below === undefined ? undefined : above / below;
  return { aim, isMet, value, format: (found) => found.toFixed(2) };
}

/** How the time of the whole grows with points, with dates and with threads. */
export function formatGrowth(stages: readonly StageReport[]): string[] {
  const whole = stages.filter(({ stage, runs }) => /^whole: CSV.*in full/.test(stage) && runs.length > 0);
  return [
    '| points | dates | threads | points/s | microseconds a point | peak MB |',
    '| ---: | ---: | ---: | ---: | ---: | ---: |',
    ...whole.map((report) => {
      const rate = rateOf(report)!;
      return `| ${[
        report.points,
        report.dates,
        /(\d+) threads?$/.exec(report.stage)![1],
        Math.round(rate).toLocaleString('en-GB'),
        (1e6 / rate).toFixed(1),
        peakOf(report)!.toFixed(0),
      ].join(' | ')} |`;
    }),
  ];
}

function rateOfFound(report: StageReport | undefined): number | undefined {
  return report && rateOf(report);
}

function peakOf(report: StageReport | undefined): number | undefined {
  const peaks = report?.runs.flatMap(({ peakBytes }) => peakBytes ?? []) ?? [];
  return peaks.length === 0 ? undefined : medianOf(peaks) / 1e6;
}
