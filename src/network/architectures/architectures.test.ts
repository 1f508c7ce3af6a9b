import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import { loadNodeRuntime } from '../../runtime/session.node.js';
import { buildInferenceModel } from '../inference-model.js';
import { initialiseParameters } from '../parameters.js';
import { elementCount, float32Tensor, type TensorData } from '../tensor.js';
import { buildEvaluation } from '../training-step.js';
import { type Architecture, surveyArchitecture } from '../trunk.js';
import { createArchitecture } from './architecture-names.js';
import { createCnn } from './cnn.js';
import { createCommittee } from './committee.js';
import { createDense } from './dense.js';
import { createDilated } from './dilated.js';
import { createPaperCnn } from './paper-cnn.js';

const runtime = await loadNodeRuntime();
const heads = { class: { size: 6, loss: 'softmax' }, jump: { size: 1, loss: 'sigmoid' } } as const;
const dilated = {
  gridLength: 128,
  gridChannels: 7,
  features: 20,
  channels: 16,
  stemStride: 2,
  kernel: 7,
  dilations: [1, 4, 12],
  widths: [32],
  dropout: 0.1,
  heads,
} as const;

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  'paper-a': createPaperCnn('paper-a', 139),
  'paper-b': createPaperCnn('paper-b', 139),
  'paper-a on 60 dates': createPaperCnn('paper-a', 60, 3),
  cnn: createCnn({
    epochs: 61,
    blocks: [
      { filters: 20, kernel: 7, pool: 'max' },
      { filters: 16, kernel: 3, pool: 'average' },
      { filters: 8, kernel: 5, pool: 'none' },
    ],
    joining: 'flatten',
    dropout: 0.2,
    width: 16,
    activation: 'leaky',
    heads,
  }),
  'cnn, mean over time': createCnn({
    epochs: 50,
    blocks: [{ filters: 12, kernel: 5, pool: 'max' }],
    joining: 'average',
    dropout: 0,
    width: 8,
    activation: 'gelu',
    heads,
  }),
  dense: createDense({ features: 30, widths: [40, 20], activation: 'swish', heads }),
  committee: createCommittee({ members: 3, features: 12, widths: [9, 5], dropout: 0.1, heads }),
  'linear model': createDense({ features: 30, widths: [], heads }),
  dilated: createDilated({ ...dilated, activation: 'relu' }),
  'dilated, 20 channels': createDilated({ ...dilated, channels: 20, stemStride: 1, activation: 'tanh' }),
  'dilated, 8 channels': createDilated({ ...dilated, channels: 8, activation: 'swish' }),
  'dilated, gelu': createDilated({ ...dilated, activation: 'gelu' }),
  'dilated without features': createDilated({ ...dilated, features: 0, activation: 'leaky' }),
};

describe('a committee', () => {
  it('gives the mean of what its members give alone', async () => {
    const options = { features: 6, widths: [5], heads };
    const single = createDense(options);
    const size = surveyArchitecture(single).parameterCount;
    const members = [1, 2, 3].map((seed) =>
      initialiseParameters(surveyArchitecture(single), createRandom(seed)),
    );
    const joined = new Float32Array(3 * size);
    members.forEach((parameters, index) => {
      joined.set(parameters, index * size);
    });
    const random = createRandom('committee');
    const features = float32Tensor(
      Float32Array.from({ length: 24 }, () => random.normal()),
      [4, 6],
    );
    const logitsOf = async (architecture: Architecture, parameters: Float32Array) => {
      const session = await runtime.createSession(buildInferenceModel(architecture, parameters));
      const { 'logits.class': logits } = await session.run({ 'input.features': features });
      return logits.data as Float32Array;
    };
    const alone = await Promise.all(members.map((parameters) => logitsOf(single, parameters)));
    const together = await logitsOf(createCommittee({ ...options, members: 3 }), joined);
    together.forEach((logit, i) => {
      expect(logit).toBeCloseTo((alone[0][i] + alone[1][i] + alone[2][i]) / 3, 5);
    });
  });
});

describe('the paper network on 139 dates', () => {
  it.each([
    ['paper-a', 106_881, 2_936_990],
    ['paper-b', 70_081, 3_432_606],
  ] as const)('as %s has %i parameters and takes %i multiply-adds', (reading, parameters, multiplyAdds) => {
    const survey = surveyArchitecture(createPaperCnn(reading, 139));
    expect(survey.parameterCount).toBe(parameters);
    expect(survey.multiplyAdds).toBe(multiplyAdds);
    expect(survey.dropouts.map(({ rate }) => rate)).toEqual([0.4]);
  });

  it('refuses a series that is too short for its kernels', () => {
    expect(() => surveyArchitecture(createPaperCnn('paper-b', 20))).toThrow('does not fit');
  });

  it('gives what a plain computation gives', async () => {
    const epochs = 23;
    const architecture = createPaperCnn('paper-a', epochs);
    const parameters = randomParameters(architecture);
    const random = createRandom('series');
    const series = Float32Array.from({ length: epochs }, () => 2 * random.normal());
    const model = buildInferenceModel(architecture, parameters);
    const result = await runOnce(model, { 'input.series': float32Tensor(series, [1, epochs, 1]) });
    const expected = computePaperA(architecture, parameters, [...series]);
    const logits = result['logits.class'].data as Float32Array;
    expected.forEach((value, k) => {
      expect(logits[k]).toBeCloseTo(value, 4);
    });
    const probabilities = result['probabilities.class'].data as Float32Array;
    const total = expected.reduce((sum, value) => sum + Math.exp(value), 0);
    expect(probabilities[2]).toBeCloseTo(Math.exp(expected[2]) / total, 5);
  });
});

describe('the training form and the inference form', () => {
  it.each(Object.keys(ARCHITECTURES))('agree for %s', async (name) => {
    const architecture = ARCHITECTURES[name];
    const parameters = randomParameters(architecture);
    const batch = 5;
    const random = createRandom(name);
    const feeds: Record<string, TensorData> = {};
    for (const [input, shape] of Object.entries(architecture.inputs)) {
      const values = Float32Array.from({ length: batch * elementCount(shape) }, () => random.normal());
      feeds[`input.${input}`] = float32Tensor(values, [batch, ...shape]);
    }
    const inference = await runOnce(buildInferenceModel(architecture, parameters), feeds);
    const vector = float32Tensor(parameters, [parameters.length]);
    const training = await runOnce(buildEvaluation(architecture), { ...feeds, parameters: vector });
    for (const head of Object.keys(architecture.heads)) {
      const [a, b] = [inference, training].map((result) => result[`logits.${head}`].data as Float32Array);
      const largest = Math.max(...Array.from(b, Math.abs), 1);
      expect(Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]))) / largest).toBeLessThan(1e-5);
    }
  });

  it('can be made again from name and options', () => {
    for (const architecture of Object.values(ARCHITECTURES)) {
      const options = JSON.parse(JSON.stringify(architecture.options));
      const again = createArchitecture(architecture.name, options);
      expect(surveyArchitecture(again)).toEqual(surveyArchitecture(architecture));
    }
    expect(() => createArchitecture('transformer', {})).toThrow('not known');
    expect(() => createArchitecture('dense', { features: 1e9, widths: [], heads })).toThrow('features: ');
  });
});

describe('calibration', () => {
  it('divides logits by the temperature and adds the biases', async () => {
    const architecture = createDense({
      features: 2,
      widths: [],
      heads: { class: { size: 3, loss: 'softmax' } },
    });
    const parameters = randomParameters(architecture);
    const calibration = { temperature: 2, biases: [0.5, 0, -1] };
    const model = buildInferenceModel(architecture, parameters, { calibrations: { class: calibration } });
    const feeds = { 'input.features': float32Tensor(Float32Array.of(1, -2), [1, 2]) };
    const result = await runOnce(model, feeds);
    const exponentials = Array.from(result['logits.class'].data as Float32Array, (logit, k) => {
      return Math.exp(logit / 2 + calibration.biases[k]);
    });
    const total = exponentials.reduce((sum, value) => sum + value, 0);
    const probabilities = result['probabilities.class'].data as Float32Array;
    exponentials.forEach((value, k) => {
      expect(probabilities[k]).toBeCloseTo(value / total, 6);
    });
  });
});

async function runOnce(model: Uint8Array, feeds: Record<string, TensorData>) {
  const session = await runtime.createSession(model);
  const result = await session.run(feeds);
  await session.dispose();
  return result;
}

/** Random values everywhere, biases too, so that none of them is tested as zero. */
function randomParameters(architecture: Architecture): Float32Array {
  const random = createRandom('biases');
  return initialiseParameters(surveyArchitecture(architecture), random).map((value) => {
    return value === 0 ? 0.1 * random.normal() : value;
  });
}

/** The network written out with loops, in double precision. */
function computePaperA(
  architecture: Architecture,
  parameters: Float32Array,
  series: readonly number[],
): number[] {
  const layouts = surveyArchitecture(architecture).parameters;
  const values = (name: string) => {
    const { offset, size } = layouts.find((layout) => layout.name === name)!;
    return parameters.subarray(offset, offset + size);
  };
  const layer = (name: string, inputs: readonly number[]) => {
    const bias = values(`${name}.bias`);
    const weights = values(`${name}.weights`);
    return Array.from(bias, (start, j) => {
      return inputs.reduce((sum, input, i) => sum + input * weights[i * bias.length + j], start);
    });
  };
  const convolution = (name: string, rows: readonly number[][]) => {
    return Array.from({ length: rows.length - 4 }, (_, t) => layer(name, rows.slice(t, t + 5).flat()));
  };
  const pairs = (rows: readonly number[][], join: (a: number, b: number) => number) => {
    return Array.from({ length: Math.floor(rows.length / 2) }, (_, t) => {
      return rows[2 * t].map((value, k) => join(value, rows[2 * t + 1][k]));
    });
  };
  const rectify = (rows: readonly number[][]) => rows.map((row) => row.map((value) => Math.max(value, 0)));
  const rows = series.map((value) => [value]);
  const first = pairs(rectify(convolution('conv1', rows)), Math.max);
  const second = pairs(rectify(convolution('conv2', first)), Math.max);
  const third = pairs(second, (a, b) => (a + b) / 2).flat();
  const hidden = layer('dense', third).map((value) => (value > 0 ? value : 0.3 * value));
  return layer('class', hidden);
}
