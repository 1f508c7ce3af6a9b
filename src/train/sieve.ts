import type { Architecture } from '../network/trunk.js';
import type { Runtime } from '../runtime/session.js';
import { joinArrays } from '../series/matrix-rows.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { scaleOf } from './feature-samples.js';
import { SIEVE_RECIPE, SIEVE_RULE } from './recipes.js';
import { type TrainingHooks, trainNetwork } from './training-loop.js';
import {
  calibratedLogits,
  headLogits,
  standardized,
  type UntaughtNetwork,
  type WideNetwork,
} from './wide-model.js';

/** Weight of all real series together, in that of the simulated ones. */
const REAL_SHARE = 0.3;

/** Some series as a sieve measures them, before standardisation, and what its teacher says of each: probabilities by head. */
export interface SieveSamples {
  readonly count: number;
  readonly features: Float32Array;
  readonly answers: Readonly<Record<string, Float32Array>>;
}

/** What a network says of features as it takes them: probabilities by head, the classes' calibrated. */
export async function askTeacher(
  runtime: Runtime,
  network: WideNetwork,
  temperature: number,
  features: Float32Array,
): Promise<Record<string, Float32Array>> {
  const logits = await headLogits(runtime, network, features);
  return probabilitiesOf(network.architecture, {
    ...logits,
    class: calibratedLogits(logits.class, temperature),
  });
}

/** The sieve of a network, on features of these names, before it knows anything; `features` are those it will be taught. */
export function shapeSieve(
  teacher: UntaughtNetwork,
  names: readonly string[],
  features: Float32Array,
): UntaughtNetwork {
  const { heads } = teacher.architecture;
  return {
    architecture: SIEVE_RECIPE.createArchitecture({ epochs: 0, features: names.length, heads }),
    recipe: SIEVE_RECIPE,
    scale: scaleOf(names, features),
    names,
  };
}

/**
 * Teaches a small network on few features to say what its teacher says (Hinton, Vinyals and Dean 2015), of simulated series
 * and, since no simulation is quite like them, of real ones. No label of a real series is needed.
 */
export async function teachSieve(
  runtime: Runtime,
  untaught: UntaughtNetwork,
  simulated: SieveSamples,
  real: readonly SieveSamples[],
  seed: number | string,
  hooks: TrainingHooks = {},
): Promise<WideNetwork> {
  const { architecture } = untaught;
  const all = [simulated, ...real];
  const count = all.reduce((sum, samples) => sum + samples.count, 0);
  const weights = new Float32Array(count).fill(1);
  weights.fill((REAL_SHARE * simulated.count) / (count - simulated.count), simulated.count);
  const ofHeads = <T>(value: (name: string) => T): Record<string, T> =>
    Object.fromEntries(Object.keys(architecture.heads).map((name) => [name, value(name)]));
  const task = {
    architecture,
    samples: {
      count,
      inputs: { features: joinArrays(all.map(({ features }) => standardized(untaught, features))) },
      targets: ofHeads((name) => joinArrays(all.map(({ answers }) => answers[name]))),
      weights: ofHeads(() => weights),
    },
    training: Int32Array.from({ length: count }, (_, row) => row),
    validation: new Int32Array(0),
    options: { ...SIEVE_RECIPE.training, seed },
  };
  return { ...untaught, parameters: (await trainNetwork(runtime, task, hooks)).parameters };
}

/** What a sieve takes off a network, and what it gives up. */
export interface SieveYield {
  readonly series: number;
  readonly decided: number;
  /** Of those: how many the network would have given another class. */
  readonly otherwise: number;
}

/** Lets a sieve decide series that it was not taught, and compares. */
export async function judgeSieve(
  runtime: Runtime,
  sieve: WideNetwork,
  { count, features, answers }: SieveSamples,
): Promise<SieveYield> {
  const logits = await headLogits(runtime, sieve, standardized(sieve, features));
  const said = probabilitiesOf(sieve.architecture, logits).class;
  const width = said.length / count;
  const places = SIEVE_RULE.decides.map((name) => TREND_CLASSES.indexOf(name));
  let decided = 0;
  let otherwise = 0;
  for (let row = 0; row < count; row++) {
    const place = places.find((k) => said[row * width + k] >= SIEVE_RULE.leastProbability);
    if (place === undefined) continue;
    decided++;
    const trends = answers.class.subarray(row * width, row * width + TREND_CLASSES.length);
    if (trends.some((probability) => probability > trends[place])) otherwise++;
  }
  return { series: count, decided, otherwise };
}

/** Probabilities by head from its logits. */
function probabilitiesOf(
  { heads }: Architecture,
  logits: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(heads).map(([name, { size, loss }]) => [
      name,
      loss === 'softmax' ? softmaxRows(logits[name], size) : logits[name].map((x) => 1 / (1 + Math.exp(-x))),
    ]),
  );
}

function softmaxRows(logits: Float32Array, width: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += width) {
    const row = logits.subarray(start, start + width);
    const highest = row.reduce((left, right) => Math.max(left, right));
    const powers = row.map((x) => Math.exp(x - highest));
    const sum = powers.reduce((left, right) => left + right);
    probabilities.set(
      powers.map((power) => power / sum),
      start,
    );
  }
  return probabilities;
}
