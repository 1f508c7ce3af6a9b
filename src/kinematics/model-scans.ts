import { type SeriesPlan, STEP_TABLE_WIDTH } from './series-plan.js';

/** Sums of a series' u = P y from each date on; one entry more than the axis has dates, the last of them zero. */
export interface EdgeSums {
  /** Of u. */
  readonly steps: Float64Array;
  /** Of t u, times in years since the axis's first date. */
  readonly ramps: Float64Array;
}

/** The best place of a scan. */
export interface ScanResult {
  /** What is taken off the sum of squares there. */
  value: number;
  /** Its date as an index into the axis; -1 where there is none. */
  epoch: number;
  /** Of a step: up (1) or down (-1). */
  sign: number;
}

export function createScanResult(): ScanResult {
  return { value: Number.NaN, epoch: -1, sign: Number.NaN };
}

export function createEdgeSums(epochs: number): EdgeSums {
  // One beyond the last date holds the empty sum.
  return { steps: new Float64Array(epochs + 1), ramps: new Float64Array(epochs + 1) };
}

/** Fills the sums of one series from its u at the plan's dates, which starts at `offset`. */
export function fillEdgeSums(
  { axis: { years }, epochs }: SeriesPlan,
  whitened: ArrayLike<number>,
  offset: number,
  { steps, ramps }: EdgeSums,
): void {
  let step = 0;
  let ramp = 0;
  let edge = years.length;
  if (epochs.length === edge) {
    steps[edge] = 0;
    ramps[edge] = 0;
    while (edge-- > 0) {
      const value = whitened[offset + edge];
      steps[edge] = step += value;
      ramps[edge] = ramp += years[edge] * value;
    }
    return;
  }
  for (let i = epochs.length - 1; i >= 0; i--) {
    const k = epochs[i];
    // From a missing date on, the sums are those from the next date on.
    for (; edge > k; edge--) {
      steps[edge] = step;
      ramps[edge] = ramp;
    }
    const value = whitened[offset + i];
    step += value;
    ramp += years[k] * value;
  }
  for (; edge >= 0; edge--) {
    steps[edge] = step;
    ramps[edge] = ramp;
  }
}

/**
 * The best step of one cycle J beside a constant, a line and a parabola: it takes J (2 |s'Py| - J s'Ps) off the sum of
 * squares. P is the line's; on the other bases the score s'Py differs by a multiple of a fixed shape.
 *
 * @param onConstant the multiple for the constant, the series' velocity
 * @param onParabola the multiple for the parabola, its bend with the sign turned
 * @param found one for each base
 */
export function scanSteps(
  { stepEpochs, stepTable }: SeriesPlan,
  { steps }: EdgeSums,
  onConstant: number,
  onParabola: number,
  cycle: number,
  found: readonly [ScanResult, ScanResult, ScanResult],
): void {
  const [constant, line, parabola] = found;
  let bestConstant = Number.NEGATIVE_INFINITY;
  let bestLine = Number.NEGATIVE_INFINITY;
  let bestParabola = Number.NEGATIVE_INFINITY;
  let constantPlace = -1;
  let linePlace = -1;
  let parabolaPlace = -1;
  // One pass, since reading the sums and the table costs more than all that is done with them.
  for (let i = 0, at = 0; i < stepEpochs.length; i++, at += STEP_TABLE_WIDTH) {
    const score = steps[stepEpochs[i]];
    const fromConstant = 2 * Math.abs(score + onConstant * stepTable[at]) - cycle * stepTable[at + 1];
    const fromLine = 2 * Math.abs(score) - cycle * stepTable[at + 2];
    const fromParabola = 2 * Math.abs(score + onParabola * stepTable[at + 3]) - cycle * stepTable[at + 4];
    if (fromConstant > bestConstant) {
      bestConstant = fromConstant;
      constantPlace = i;
    }
    if (fromLine > bestLine) {
      bestLine = fromLine;
      linePlace = i;
    }
    if (fromParabola > bestParabola) {
      bestParabola = fromParabola;
      parabolaPlace = i;
    }
  }
  const scoreAt = (place: number, multiple: number, shape: number): number =>
    steps[stepEpochs[place]] + multiple * stepTable[STEP_TABLE_WIDTH * place + shape];
  keepStep(constant, cycle * bestConstant, constantPlace, stepEpochs, scoreAt(constantPlace, onConstant, 0));
  keepStep(line, cycle * bestLine, linePlace, stepEpochs, steps[stepEpochs[linePlace]]);
  keepStep(parabola, cycle * bestParabola, parabolaPlace, stepEpochs, scoreAt(parabolaPlace, onParabola, 3));
}

function keepStep(
  found: ScanResult,
  value: number,
  place: number,
  stepEpochs: Int32Array,
  score: number,
): void {
  found.value = value;
  found.epoch = place < 0 ? -1 : stepEpochs[place];
  found.sign = Math.sign(score);
}

/**
 * Whether some step of one cycle takes anything off the sum of squares beside a line; it does where its own size would be
 * half a cycle or more. What `scanSteps` would find on the line, before any sums are filled.
 *
 * @param whitened u at the plan's dates, from `offset` on
 */
export function hasStepOnLine(
  { epochs, stepEpochs, stepInformation }: SeriesPlan,
  whitened: ArrayLike<number>,
  offset: number,
  cycle: number,
): boolean {
  if (stepEpochs.length === 0) return false;
  // Steps start at dates one after the other among those that are there.
  const first = offset + epochs.indexOf(stepEpochs[0]);
  const half = cycle / 2;
  let step = 0;
  for (let i = offset + epochs.length - 1; i >= first + stepEpochs.length; i--) step += whitened[i];
  let place = stepEpochs.length - 1;
  // Four at a time, since a sum has to wait for the one before it.
  for (; place >= 3; place -= 4) {
    const at = first + place;
    const one = whitened[at];
    const two = one + whitened[at - 1];
    const three = two + whitened[at - 2];
    const four = two + (whitened[at - 2] + whitened[at - 3]);
    if (
      Math.abs(step + one) > half * stepInformation[place] ||
      Math.abs(step + two) > half * stepInformation[place - 1] ||
      Math.abs(step + three) > half * stepInformation[place - 2] ||
      Math.abs(step + four) > half * stepInformation[place - 3]
    )
      return true;
    step += four;
  }
  for (; place >= 0; place--) {
    step += whitened[first + place];
    if (Math.abs(step) > half * stepInformation[place]) return true;
  }
  return false;
}

/**
 * The best step of one cycle beside a hinge that breaks at `breakYears`, between the date `edge` and the one before it.
 *
 * @param change the hinge's change of velocity without the step, mm/yr
 * @param inverse one over the hinge's information
 */
export function scanStepsBesideHinge(
  plan: SeriesPlan,
  { steps }: EdgeSums,
  edge: number,
  breakYears: number,
  change: number,
  inverse: number,
  cycle: number,
  found: ScanResult,
): void {
  const { stepEpochs } = plan;
  const { stepStep, rampStep, stepOnLine } = plan.edges;
  const line = edge * plan.axis.years.length;
  let best = Number.NEGATIVE_INFINITY;
  let place = -1;
  for (let i = 0; i < stepEpochs.length; i++) {
    const k = stepEpochs[i];
    const cross = rampStep[line + k] - breakYears * stepStep[line + k];
    const value = 2 * Math.abs(steps[k] - change * cross) - cycle * (stepOnLine[k] - cross * cross * inverse);
    if (value > best) {
      best = value;
      place = i;
    }
  }
  const epoch = place < 0 ? -1 : stepEpochs[place];
  found.value = cycle * best;
  found.epoch = epoch;
  found.sign = Math.sign(
    steps[epoch] - change * (rampStep[line + epoch] - breakYears * stepStep[line + epoch]),
  );
}

/**
 * The best hinge: it takes (h'Py)^2 / h'Ph off the sum of squares.
 *
 * @param gains filled with what a hinge at every date of `hingeEpochs` takes off, in their order
 */
export function scanHinges(
  { hingeEpochs, hingeTable }: SeriesPlan,
  { ramps, steps }: EdgeSums,
  gains: Float64Array,
  found: ScanResult,
): void {
  let best = 0;
  let place = -1;
  for (let i = 0; i < hingeEpochs.length; i++) {
    const k = hingeEpochs[i];
    const score = ramps[k] - hingeTable[2 * i] * steps[k];
    const value = score * score * hingeTable[2 * i + 1];
    gains[i] = value;
    if (value > best) {
      best = value;
      place = i;
    }
  }
  found.value = best;
  found.epoch = place < 0 ? -1 : hingeEpochs[place];
}

/**
 * The best hinge once a step has been taken out of the series.
 *
 * @param shift the step's size, mm
 * @param stepEpoch its first date
 */
export function scanHingesBesideStep(
  plan: SeriesPlan,
  { ramps, steps }: EdgeSums,
  shift: number,
  stepEpoch: number,
  found: ScanResult,
): void {
  const { hingeEpochs, hingeTable } = plan;
  const { stepHinge } = plan.edges;
  const line = stepEpoch * plan.axis.years.length;
  let best = 0;
  let place = -1;
  for (let i = 0; i < hingeEpochs.length; i++) {
    const k = hingeEpochs[i];
    const score = ramps[k] - hingeTable[2 * i] * steps[k] - shift * stepHinge[line + k];
    const value = score * score * hingeTable[2 * i + 1];
    if (value > best) {
      best = value;
      place = i;
    }
  }
  found.value = best;
  found.epoch = place < 0 ? -1 : hingeEpochs[place];
}
