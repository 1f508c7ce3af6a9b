import { GroundTrendError } from '../../errors.js';
import { recogniseEgms } from '../../read/egms-product.js';
import type { Dataset } from '../../series/dataset.js';
import { DAYS_PER_YEAR, type EpochAxis } from '../../series/epoch-axis.js';
import { numericAttribute, type SeriesBatch, seriesOf } from '../../series/series-batch.js';
import { fitSlope } from '../series-slope.js';

/** How one component agrees with somebody else's at the same cells and dates. */
export interface ComponentComparison {
  readonly component: 'vertical' | 'east';
  readonly cells: number;
  readonly dates: number;
  /** Median over the cells of the median absolute difference of their values, and its 95th percentile, mm. */
  readonly medianCellMm: number;
  readonly highCellMm: number;
  readonly velocityCorrelation: number;
  /** Median absolute difference of the velocities, mm/yr. */
  readonly velocityDifference: number;
}

/**
 * Holds vertical and eastward series against those of EGMS L3 files, cell by cell: the cell is that of 100 m which the
 * easting and northing lie in. Velocities are least-squares lines through the dates that both have.
 *
 * Throws `input` where a file's name does not say that it is EGMS L3 up (U) or east (E), or no cell is in both.
 */
export async function compareComponents(
  ours: Dataset,
  theirs: readonly Dataset[],
): Promise<ComponentComparison[]> {
  const byComponent = { vertical: new Map<string, Float32Array>(), east: new Map<string, Float32Array>() };
  for await (const batch of ours.batches()) {
    const component = batch.attributes.find(({ name }) => name === 'component')!.values;
    for (let i = 0; i < batch.count; i++) {
      byComponent[component[i] as 'vertical' | 'east'].set(cellOf(batch, i), seriesOf(batch, i).slice());
    }
  }
  const comparisons: ComponentComparison[] = [];
  for (const dataset of theirs) {
    const component = componentOf(dataset);
    const pairs = pairDates(ours.axis, dataset.axis);
    const cells: CellPair[] = [];
    for await (const batch of dataset.batches()) {
      for (let i = 0; i < batch.count; i++) {
        const own = byComponent[component].get(cellOf(batch, i));
        if (own) cells.push(comparePair(own, seriesOf(batch, i), pairs));
      }
    }
    if (cells.length === 0 || pairs.days.length < 2) {
      throw new GroundTrendError('input', 'No cell and date of this file is in the result.', {
        place: { file: dataset.name },
      });
    }
    const misfits = cells.map(({ misfit }) => misfit).sort((a, b) => a - b);
    const differences = cells.map(({ own, other }) => Math.abs(own - other)).sort((a, b) => a - b);
    comparisons.push({
      component,
      cells: cells.length,
      dates: pairs.days.length,
      medianCellMm: misfits[misfits.length >> 1],
      highCellMm: misfits[Math.floor(0.95 * (misfits.length - 1))],
      velocityCorrelation: correlate(cells),
      velocityDifference: differences[differences.length >> 1],
    });
  }
  return comparisons;
}

function componentOf(dataset: Dataset): 'vertical' | 'east' {
  const component = recogniseEgms(dataset.name, new Set())?.component;
  if (component === 'up') return 'vertical';
  if (component === 'east') return 'east';
  throw new GroundTrendError('input', 'Whether this file is vertical or east cannot be told.', {
    place: { file: dataset.name },
    advice: 'It should be named as EGMS names level 3: EGMS_L3_E45N17_100km_U_2020_2024_1.csv (or _E_).',
  });
}

function cellOf(batch: SeriesBatch, index: number): string {
  const easting = numericAttribute(batch, 'easting');
  const northing = numericAttribute(batch, 'northing');
  if (!easting || !northing) throw new GroundTrendError('input', 'Cells need an easting and a northing.');
  return `${Math.floor(easting[index] / 100)},${Math.floor(northing[index] / 100)}`;
}

interface DatePairs {
  readonly own: number[];
  readonly other: number[];
  readonly days: number[];
}

function pairDates(own: EpochAxis, other: EpochAxis): DatePairs {
  const positions = new Map(Array.from(own.days, (day, index) => [day, index]));
  const pairs: DatePairs = { own: [], other: [], days: [] };
  other.days.forEach((day, index) => {
    const position = positions.get(day);
    if (position === undefined) return;
    pairs.own.push(position);
    pairs.other.push(index);
    pairs.days.push(day);
  });
  return pairs;
}

interface CellPair {
  readonly misfit: number;
  readonly own: number;
  readonly other: number;
}

function comparePair(own: Float32Array, other: Float32Array, pairs: DatePairs): CellPair {
  const years = pairs.days.map((day) => day / DAYS_PER_YEAR);
  const ownValues = pairs.own.map((i) => own[i]);
  const otherValues = pairs.other.map((i) => other[i]);
  const gaps = ownValues
    .map((value, i) => Math.abs(value - otherValues[i]))
    .filter((gap) => !Number.isNaN(gap));
  gaps.sort((a, b) => a - b);
  return {
    misfit: gaps[gaps.length >> 1],
    own: fitSlope(years, ownValues),
    other: fitSlope(years, otherValues),
  };
}

function correlate(cells: readonly CellPair[]): number {
  const meanOf = (pick: (cell: CellPair) => number) =>
    cells.reduce((sum, cell) => sum + pick(cell), 0) / cells.length;
  const ownMean = meanOf(({ own }) => own);
  const otherMean = meanOf(({ other }) => other);
  const product = meanOf(({ own, other }) => (own - ownMean) * (other - otherMean));
  const ownSquare = meanOf(({ own }) => (own - ownMean) ** 2);
  const otherSquare = meanOf(({ other }) => (other - otherMean) ** 2);
  return product / Math.sqrt(ownSquare * otherSquare);
}
