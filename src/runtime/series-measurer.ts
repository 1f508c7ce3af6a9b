import { type BlockFactors, factorBlocks } from '../kinematics/block-factors.js';
import { COEFFICIENT_COUNT, COEFFICIENTS } from '../kinematics/fit-geometry.js';
import { CLIP, CLIP_PASSES, MEAN_OF_ABSOLUTE, MEAN_OF_CLIPPED } from '../kinematics/noise.js';
import { coefficientRow } from '../kinematics/projections.js';
import { MEASURE_COUNT, type MeasureSeries } from '../kinematics/series-measures.js';
import type { SeriesPlan } from '../kinematics/series-plan.js';
import {
  createGraph,
  declareConstant,
  declareInput,
  encodeGraph,
  type Graph,
  integers,
  type Tensor,
} from '../network/graph.js';
import { absolute, add, cast, divide, multiply, square, subtract } from '../network/ops/arithmetic.js';
import { reduceSum } from '../network/ops/broadcast.js';
import { matmul } from '../network/ops/matrix.js';
import { reduceMax, reduceMean } from '../network/ops/reduction.js';
import { argMax, gatherElements, lessOrEqual } from '../network/ops/selection.js';
import { concat, pad, reshape, split } from '../network/ops/shape.js';
import { float32Tensor } from '../network/tensor.js';
import type { Runtime, Session } from './session.js';

/** Sessions kept for plans that come back; a file needs one or two. */
const KEPT_SESSIONS = 8;
/** P is multiplied in blocks of about so many dates; what has fewer than two of them is not cut. */
const BLOCK_DATES = 80;

/** Measures series by a runtime: what depends on the dates becomes part of a small model, so that it is packed once. */
export interface RuntimeMeasurer {
  readonly measure: MeasureSeries;
  dispose(): Promise<void>;
}

/**
 * Measures series by matrix products and sums of the runtime, which is faster than plain loops; one session a plan is
 * kept.
 */
export function createRuntimeMeasurer(runtime: Runtime): RuntimeMeasurer {
  const sessions = new Map<SeriesPlan, Promise<Session>>();
  let memory = new Float32Array(0);

  async function sessionFor(plan: SeriesPlan): Promise<Session> {
    const known = sessions.get(plan);
    if (known !== undefined) return known;
    const session = runtime.createSession(encodeMeasures(plan));
    sessions.set(plan, session);
    if (sessions.size > KEPT_SESSIONS) {
      const [oldest, evicted] = sessions.entries().next().value!;
      sessions.delete(oldest);
      await (await evicted).dispose();
    }
    return session;
  }

  return {
    async measure(plan, rows, count) {
      const session = await sessionFor(plan);
      const dates = plan.epochs.length;
      const widths = [dates, COEFFICIENT_COUNT, MEASURE_COUNT];
      const size = count * widths.reduce((sum, width) => sum + width);
      if (memory.length < size) memory = new Float32Array(size);
      let start = 0;
      const [whitened, coefficients, measures] = widths.map((width) => {
        const values = memory.subarray(start, start + count * width);
        start += count * width;
        return float32Tensor(values, [count, width]);
      });
      await session.run({ rows: float32Tensor(rows, [count, dates]) }, { whitened, coefficients, measures });
      return {
        whitened: whitened.data as Float32Array,
        coefficients: coefficients.data as Float32Array,
        measures: measures.data as Float32Array,
      };
    },
    async dispose() {
      for (const session of sessions.values()) await (await session).dispose();
      sessions.clear();
    },
  };
}

/**
 * The measures of `measurePlain` as a model. Everything is taken from the residuals about line and season: they are
 * small where the motion is large, so that single precision loses nothing by them.
 */
function encodeMeasures(plan: SeriesPlan): Uint8Array {
  const graph = createGraph();
  const dates = plan.epochs.length;
  const rows = declareInput(graph, 'rows', 'float32', ['batch', dates]);
  const centred = subtract(rows, reduceMean(rows, [1], true));
  const { columns } = plan.ordinary.projection;
  const trendRows = columns.map((_, index) => coefficientRow(plan.ordinary.projection, index));
  const trend = applyRows(centred, 'trend_of_series', atDates(plan, trendRows));
  const takenOff = atDates(plan, columns).map((column) => column.map((value) => -value));
  // The runtime does such a sum within the product.
  const residuals = add(matmul(trend, declareRows(graph, 'series_off_trend', takenOff)), centred);

  const total = plan.axis.days.length;
  const axisRows = Array.from(plan.epochs, (epoch) =>
    plan.residual.subarray(epoch * total, (epoch + 1) * total),
  );
  const residualRows = atDates(plan, axisRows);
  const blockCount = Math.round(dates / BLOCK_DATES);
  const factors = blockCount < 2 ? undefined : factorBlocks(residualRows, Math.ceil(dates / blockCount));
  // Few columns take as long as many: what is a few numbers a series comes from one product.
  const [ownCoefficients, hingeScores, coarse] = applyTogether(residuals, 'numbers_of_series', [
    atDates(plan, coefficientRowsOf(plan)),
    hingeRows(plan, residualRows),
    factors?.coarse ?? [],
  ]);
  const whitened =
    factors && coarse
      ? applyBlocks(residuals, coarse, factors)
      : applyRows(residuals, 'residual_matrix', residualRows);
  const coefficients = add(
    ownCoefficients!,
    matmul(trend, declareRows(graph, 'coefficients_of_trend', coefficientsOfTrend(columns.length))),
  );

  const next = pad(residuals, 1, -1, 0);
  const before = pad(residuals, 1, 0, -1);
  const changes = absolute(subtract(next, before));
  const products = multiply(next, before);
  // On evenly spaced dates every next one is a revisit.
  const isEven = plan.revisitCount === dates - 1;
  const isRevisited = isEven
    ? undefined
    : declareRows(graph, 'is_revisited', [plan.revisits.subarray(0, -1)]);
  const ofRevisits = (x: Tensor): Tensor => (isRevisited ? multiply(x, isRevisited) : x);
  const measures = concat(
    [
      rowSum(multiply(residuals, whitened)),
      rowSum(square(residuals)),
      rowSum(ofRevisits(products)),
      clipDeviation(ofRevisits(changes), plan.revisitCount),
      reduceMax(changes, [1], true),
      ...(hingeScores ? measureHinges(hingeScores, plan) : new Array(4).fill(multiply(rowSum(residuals), 0))),
    ],
    1,
  );
  return encodeGraph(graph, { whitened, coefficients, measures });
}

/** Rows times the matrix that was taken apart, `coarse` times its columns of that name being there already. */
function applyBlocks(x: Tensor, coarse: Tensor, { bounds, blocks, spread }: BlockFactors): Tensor {
  const lengths = blocks.map((_, block) => bounds[block + 1] - bounds[block]);
  const products = split(x, 1, lengths).map((part, block) =>
    matmul(part, declareRows(x.graph, `block_${block}`, blocks[block])),
  );
  return add(matmul(coarse, declareRows(x.graph, 'spread', spread)), concat(products, 1));
}

/** `clippedDeviation` of the changes over nominal revisits; the others are zero and lie within every limit. */
function clipDeviation(changes: Tensor, count: number): Tensor {
  const others = (changes.shape[1] as number) - count;
  let mean = multiply(rowSum(changes), 1 / count);
  let limit = multiply(mean, CLIP / MEAN_OF_ABSOLUTE);
  for (let pass = 0; pass < CLIP_PASSES; pass++) {
    if (pass > 0) limit = multiply(mean, CLIP / MEAN_OF_CLIPPED);
    const inside = cast(lessOrEqual(changes, limit), 'float32');
    const sum = rowSum(inside);
    mean = divide(rowSum(multiply(changes, inside)), others > 0 ? subtract(sum, others) : sum);
  }
  return multiply(mean, 1 / MEAN_OF_CLIPPED);
}

/** The place of the best of `hingeNodes`, and h'Py of the hinges at the node before it, there and at the node after it. */
function measureHinges(scores: Tensor, { hingeNodes, epochs, edges }: SeriesPlan): Tensor[] {
  // The nodes at both ends are there for their neighbours only.
  const scale = Array.from(hingeNodes, (place, index) =>
    index === 0 || index === hingeNodes.length - 1 ? 0 : Math.sqrt(edges.inverseHinge[epochs[place]]),
  );
  const scaled = multiply(scores, declareRows(scores.graph, 'scale_of_hinges', [scale]));
  const place = reshape(argMax(absolute(scaled), 1), [-1, 1]);
  const neighbours = add(place, integers(scores.graph, [-1, 0, 1]));
  return [cast(place, 'float32'), gatherElements(scores, neighbours, 1)];
}

/** P h of the hinge h that breaks at each of the plan's `hingeNodes`, from the rows of P. */
function hingeRows(
  { axis: { years }, epochs, hingeNodes }: SeriesPlan,
  residualRows: readonly Float64Array[],
): Float64Array[] {
  const rows: Float64Array[] = [];
  const steps = new Float64Array(epochs.length);
  const ramps = new Float64Array(epochs.length);
  for (let i = epochs.length - 1; i >= 0; i--) {
    const time = years[epochs[i]];
    residualRows[i].forEach((value, k) => {
      steps[k] += value;
      ramps[k] += time * value;
    });
    rows[i] = ramps.map((ramp, k) => ramp - time * steps[k]);
  }
  return Array.from(hingeNodes, (place) => rows[place]);
}

/** A row for each of `COEFFICIENTS`, over the axis. */
function coefficientRowsOf({ matrix, columns, axis }: SeriesPlan): Float64Array[] {
  const total = axis.days.length;
  return Array.from({ length: COEFFICIENT_COUNT }, (_, index) =>
    Float64Array.from({ length: total }, (_, epoch) => matrix[epoch * columns + total + index]),
  );
}

/** What constant, slope, sine and cosine of line and season add to each of `COEFFICIENTS`. */
function coefficientsOfTrend(parameters: number): number[][] {
  const { glsConstant, glsVelocity, glsSine, glsCosine } = COEFFICIENTS;
  const { olsConstant, olsVelocity, olsSine, olsCosine, olsCubicSine, olsCubicCosine } = COEFFICIENTS;
  const takers: readonly (readonly number[])[] = [
    [glsConstant, olsConstant],
    [glsVelocity, olsVelocity],
    [glsSine, olsSine, olsCubicSine],
    [glsCosine, olsCosine, olsCubicCosine],
  ];
  return takers
    .slice(0, parameters)
    .map((taken) => Array.from({ length: COEFFICIENT_COUNT }, (_, index) => Number(taken.includes(index))));
}

/** Rows over the axis at the dates that are there. */
function atDates({ epochs }: SeriesPlan, rows: readonly Float64Array[]): Float64Array[] {
  return rows.map((row) => Float64Array.from(epochs, (epoch) => row[epoch]));
}

/** What `applyRows` gives for each of several lists of rows, from one product. Nothing for an empty list. */
function applyTogether(
  x: Tensor,
  name: string,
  lists: readonly (readonly Float64Array[])[],
): (Tensor | undefined)[] {
  const parts = split(
    applyRows(x, name, lists.flat()),
    1,
    lists.flatMap(({ length }) => (length > 0 ? [length] : [])),
  );
  return lists.map(({ length }) => (length > 0 ? parts.shift() : undefined));
}

/** Every row of `x` times every one of the rows: [batch, length] to [batch, rows]. */
function applyRows(x: Tensor, name: string, rows: readonly Float64Array[]): Tensor {
  const [{ length }] = rows;
  const turned = Array.from({ length }, (_, k) => Float64Array.from(rows, (row) => row[k]));
  return matmul(x, declareRows(x.graph, name, turned));
}

function declareRows(graph: Graph, name: string, rows: readonly ArrayLike<number>[]): Tensor {
  const [{ length }] = rows;
  const values = new Float32Array(rows.length * length);
  rows.forEach((row, index) => {
    values.set(row, index * length);
  });
  return declareConstant(graph, name, float32Tensor(values, [rows.length, length]));
}

const rowSum = (x: Tensor): Tensor => reduceSum(x, [1], true);
