import { beforeAll, describe, expect, it } from 'vitest';
import { createDense } from '../network/architectures/dense.js';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { SAMPLE_LABELS } from '../simulate/material-label.js';
import { scaleOf } from './feature-samples.js';
import { findRecipe } from './recipes.js';
import { askTeacher, judgeSieve, type SieveSamples, shapeSieve, teachSieve } from './sieve.js';
import { DECISION_BIASES, type WideNetwork } from './wide-model.js';

const CLASSES = SAMPLE_LABELS.length;
const HEADS = {
  class: { size: CLASSES, loss: 'softmax' },
  trend: { size: 5, loss: 'softmax' },
  jump: { size: 1, loss: 'sigmoid' },
} as const;
const NAMES = ['first', 'second'];
let runtime: Runtime;
beforeAll(async () => {
  runtime = await loadNodeRuntime();
});

/** A teacher without layers: what it says follows from its weights by hand. */
function plainTeacher(classBias: readonly number[]): WideNetwork {
  const architecture = createDense({ features: 2, widths: [], heads: HEADS });
  // Weights and biases of the heads, one after the other: class, trend, jump.
  const parameters = Float32Array.from([
    ...new Array(2 * CLASSES).fill(0),
    ...classBias,
    ...new Array(2 * 5 + 5).fill(0),
    ...[0, 0, Math.log(3)],
  ]);
  const scale = { means: { first: 0, second: 0 }, deviations: { first: 1, second: 1 } };
  return { architecture, recipe: findRecipe('features'), scale, names: NAMES, parameters };
}

describe('askTeacher', () => {
  it('gives calibrated probabilities of the classes and those of the other heads as they are', async () => {
    const logits = [1, 0, 0, 0, 2, 0];
    const answers = await askTeacher(runtime, plainTeacher(logits), 2, Float32Array.of(0.3, -1));
    const powers = logits.map((value, k) => Math.exp((value + DECISION_BIASES[k]) / 2));
    const sum = powers.reduce((left, right) => left + right);
    powers.forEach((power, k) => {
      expect(answers.class[k]).toBeCloseTo(power / sum, 6);
    });
    expect([...answers.trend]).toEqual(new Array(5).fill(expect.closeTo(0.2, 6)));
    expect([...answers.jump]).toEqual([expect.closeTo(0.75, 6)]);
  });
});

/** Series whose class is plain in one feature: Stable below nought, PUE above; the other says nothing. */
function drawSamples(seed: string, count: number): SieveSamples {
  const random = createRandom(seed);
  const features = Float32Array.from({ length: 2 * count }, () => random.normal());
  const answers = {
    class: new Float32Array(count * CLASSES).fill(0.005),
    trend: new Float32Array(count * 5).fill(0.2),
    jump: new Float32Array(count),
  };
  for (let row = 0; row < count; row++) {
    const jumps = features[2 * row] > 0;
    answers.class[row * CLASSES + (jumps ? 4 : 0)] = 0.975;
    answers.jump[row] = jumps ? 0.95 : 0.05;
  }
  return { count, features, answers };
}

describe('a sieve', () => {
  it('learns what its teacher says, from simulated and from real series', async () => {
    const simulated = drawSamples('simulated', 3000);
    const untaught = shapeSieve(plainTeacher(new Array(CLASSES).fill(0)), NAMES, simulated.features);
    expect(untaught.scale).toEqual(scaleOf(NAMES, simulated.features));
    const sieve = await teachSieve(runtime, untaught, simulated, [drawSamples('real', 500)], 1);
    const unseen = drawSamples('unseen', 2000);
    const { series, decided, otherwise } = await judgeSieve(runtime, sieve, unseen);
    expect(series).toBe(2000);
    // Half of them are Stable, of which those next to the border stay open; PUE is never decided.
    expect(decided).toBeGreaterThan(700);
    expect(decided).toBeLessThan(1000);
    expect(otherwise / decided).toBeLessThan(0.01);
  });

  it('is judged by what the network would have said', async () => {
    const simulated = drawSamples('simulated', 3000);
    const untaught = shapeSieve(plainTeacher(new Array(CLASSES).fill(0)), NAMES, simulated.features);
    const sieve = await teachSieve(runtime, untaught, simulated, [], 1);
    const features = Float32Array.of(-2, 0, -2, 0, 2, 0);
    const answers = { class: new Float32Array(3 * CLASSES) };
    // As the sieve; another; another, but left open. Other does not count among the classes of a map.
    [0, 1, 0].forEach((code, row) => {
      answers.class[row * CLASSES + code] = 0.4;
    });
    answers.class[CLASSES - 1] = 0.6;
    expect(await judgeSieve(runtime, sieve, { count: 3, features, answers })).toEqual({
      series: 3,
      decided: 2,
      otherwise: 1,
    });
  });
});
