import { linspace, type Rows } from './rows.js';

/** Keeps a local slope from running away where a window holds hardly any date. */
const SLOPE_RIDGE = 0.15;
/** Weight of dates far outside a window: nothing beside any date inside, enough where there is none. */
const FAR_WEIGHT = 1e-12;

/**
 * Local-linear smoother with Gaussian weights (Fan and Gijbels 1996, section 3.2): one row a target time, to be
 * multiplied with values at the source times. Reproduces constants; lines too, but for the ridge on the slope.
 */
export function localLinearSmoother(targets: Float64Array, sources: Float64Array, width: number): Rows {
  const length = sources.length;
  const values = new Float64Array(targets.length * length);
  for (let row = 0; row < targets.length; row++) {
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    for (let i = 0; i < length; i++) {
      const distance = sources[i] - targets[row];
      const weight = Math.exp(-0.5 * (distance / width) ** 2) + FAR_WEIGHT;
      sum0 += weight;
      sum1 += weight * distance;
      sum2 += weight * distance * distance;
      values[row * length + i] = weight;
    }
    const spread = sum2 + SLOPE_RIDGE * width * width * sum0;
    const scale = 1 / (sum0 * spread - sum1 * sum1);
    for (let i = 0; i < length; i++) {
      values[row * length + i] *= (spread - sum1 * (sources[i] - targets[row])) * scale;
    }
  }
  return { count: targets.length, length, values };
}

/** A smoother in two thin products: from dates to a few nodes, and by straight lines back to the dates. */
export interface Smoother {
  /** Nodes x dates. */
  readonly gather: Rows;
  /** Dates x nodes. */
  readonly spread: Rows;
}

const NODE_SPACING = 1.3;
const NODE_WIDTH = 0.95;
const FEWEST_NODES = 8;

/**
 * Smooths over about `width` years through nodes 1.3 widths apart: nearly what the full local-linear smoother gives,
 * at a small share of its cost.
 */
export function thinSmoother(years: Float64Array, width: number): Smoother {
  const span = years[years.length - 1];
  const count = Math.max(FEWEST_NODES, Math.ceil(span / (NODE_SPACING * width)) + 1);
  const nodes = linspace(0, span, count);
  const spread = new Float64Array(years.length * count);
  years.forEach((year, row) => {
    const place = Math.min(Math.max((year / span) * (count - 1), 0), count - 1);
    const below = Math.min(Math.floor(place), count - 2);
    spread[row * count + below] = 1 - (place - below);
    spread[row * count + below + 1] = place - below;
  });
  return {
    gather: localLinearSmoother(nodes, years, NODE_WIDTH * width),
    spread: { count: years.length, length: count, values: spread },
  };
}

/** Smooths over about a season. */
export function longSmootherOf(years: Float64Array, medianStepYears: number): Smoother {
  return thinSmoother(years, Math.max(0.2, 4 * medianStepYears));
}
