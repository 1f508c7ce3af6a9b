import { describe, expect, it } from 'vitest';
import { createDense } from '../network/architectures/dense.js';
import { createDilated } from '../network/architectures/dilated.js';
import { createRandom } from '../random.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { oneHot } from './network-samples.js';
import { type TrainingTask, trainNetwork } from './training-loop.js';
import { TRAINING_DEFAULTS } from './training-options.js';
import { createEvaluator, scoreLogits } from './validation.js';

const runtime = await loadNodeRuntime();

describe('training', () => {
  it('learns what can be learned', async () => {
    const task = createTask({ epochs: 30, learningRate: 1e-2 });
    const { history, parameters, bestEpoch } = await trainNetwork(runtime, task);
    expect(history).toHaveLength(30);
    expect(history[bestEpoch - 1].validationAccuracy.class).toBeGreaterThan(0.93);
    expect(history[29].trainingLoss).toBeLessThan(history[0].trainingLoss / 2);
    const evaluator = await createEvaluator(runtime, task.architecture);
    const logits = await evaluator.logits(parameters, task.samples, task.validation);
    await evaluator.dispose();
    const score = scoreLogits(task.architecture, logits, task.samples, task.validation);
    expect(score.loss).toBe(Math.min(...history.map(({ validationLoss }) => validationLoss)));
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const first = await trainNetwork(runtime, createTask({}));
    expect(await trainNetwork(runtime, createTask({}))).toEqual(first);
    const other = await trainNetwork(runtime, createTask({ seed: 2 }));
    expect(other.parameters).not.toEqual(first.parameters);
  });

  it('goes on after an interruption as if there had been none', async () => {
    const task = createTask({
      epochs: 5,
      schedule: 'cosine',
      warmupEpochs: 1,
      averageDecay: 0.9,
      weightDecay: 0.01,
    });
    const whole = await trainNetwork(runtime, task);
    const stop = new AbortController();
    const saved: Uint8Array[] = [];
    const interrupted = trainNetwork(runtime, task, {
      signal: stop.signal,
      saveState(bytes) {
        saved.push(bytes);
        if (saved.length === 2) stop.abort();
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'cancelled' });
    expect(await trainNetwork(runtime, task, { resumeFrom: saved[1] })).toEqual(whole);
  });

  it('refuses to resume another training, or a damaged one', async () => {
    let saved = new Uint8Array();
    await trainNetwork(runtime, createTask({ epochs: 1 }), {
      saveState(bytes) {
        saved = new Uint8Array(bytes);
      },
    });
    const resume = (resumeFrom: Uint8Array, options = {}) => {
      return trainNetwork(runtime, createTask({ epochs: 1, ...options }), { resumeFrom });
    };
    await expect(resume(saved, { learningRate: 0.5 })).rejects.toMatchObject({ code: 'input' });
    const task = createTask({ epochs: 1 });
    const { training, validation, samples } = task;
    const others: Partial<TrainingTask>[] = [
      { training: validation, validation: training },
      { startFrom: new Float32Array(1000) },
      { settings: { augmentations: ['sign'] } },
      { samples: { ...samples, inputs: { ...samples.inputs, ...firstChanged(samples.inputs) } } },
      { samples: { ...samples, weights: { class: new Float32Array(samples.count) } } },
    ];
    for (const other of others) {
      await expect(trainNetwork(runtime, { ...task, ...other }, { resumeFrom: saved })).rejects.toThrow(
        'of another network, other samples or other options',
      );
    }
    await expect(resume(saved.subarray(0, saved.length - 5))).rejects.toMatchObject({ code: 'input' });
    await expect(resume(new Uint8Array(40))).rejects.toThrow('not a saved training');
  });

  it('stops when validation no longer improves, and keeps the best epoch', async () => {
    const task = createTask({ epochs: 50, learningRate: 0.05, patience: 3 });
    const { history, bestEpoch } = await trainNetwork(runtime, task);
    expect(history.length).toBe(bestEpoch + 3);
    const losses = history.map(({ validationLoss }) => validationLoss);
    expect(losses.indexOf(Math.min(...losses))).toBe(bestEpoch - 1);
  });

  it('leaves samples of weight 0 out', async () => {
    const task = createTask({});
    const weights = new Float32Array(task.samples.count).fill(1);
    const spoiled = { class: Float32Array.from(task.samples.targets.class) };
    for (let i = 0; i < 100; i++) {
      weights[i] = 0;
      spoiled.class.set([0, 0, 1], i * 3);
    }
    const withWeights = (targets: Record<string, Float32Array>) => ({
      ...task,
      samples: { ...task.samples, targets, weights: { class: weights } },
    });
    const clean = await trainNetwork(runtime, withWeights({ class: task.samples.targets.class }));
    expect((await trainNetwork(runtime, withWeights(spoiled))).parameters).toEqual(clean.parameters);
  });

  it('lets a callback change the batches, from random numbers of its own', async () => {
    const seen: number[] = [];
    const task = createTask({ epochs: 2 });
    const plain = await trainNetwork(runtime, task);
    const changed = await trainNetwork(runtime, task, {
      augment(batch, random) {
        seen.push(batch.rows.length);
        for (let i = 0; i < batch.inputs.features.length; i++)
          batch.inputs.features[i] += 0.1 * random.normal();
      },
    });
    expect(seen).toEqual([64, 64, 64, 48, 64, 64, 64, 48]);
    expect(changed.parameters).not.toEqual(plain.parameters);
  });

  it('can be given fresh samples in every epoch', async () => {
    const task = { ...createTask({ epochs: 3 }), training: new Int32Array(0) };
    await expect(trainNetwork(runtime, task)).rejects.toThrow('no samples to train on');
    const asked: number[] = [];
    const { history } = await trainNetwork(runtime, task, {
      epochSamples(epoch) {
        asked.push(epoch);
        return createTask({}, `points of epoch ${epoch}`).samples;
      },
    });
    expect(asked).toEqual([1, 2, 3]);
    expect(history[2].validationLoss).toBeLessThan(history[0].validationLoss);
  });

  it('names samples that are no numbers, and a loss that runs away', async () => {
    const task = createTask({});
    const features = task.samples.inputs.features.slice();
    features[7] = Number.NaN;
    const broken = { ...task, samples: { ...task.samples, inputs: { features } } };
    await expect(trainNetwork(runtime, broken)).rejects.toThrow('input "features" holds NaN at place 7');
    const wild = createTask({ learningRate: 1e30, epochs: 20 });
    await expect(trainNetwork(runtime, wild)).rejects.toMatchObject({ code: 'usage' });
  });

  it('trains a network of convolutions with two heads', async () => {
    const { architecture, samples, rows } = createSequences();
    const options = {
      ...TRAINING_DEFAULTS,
      epochs: 15,
      batchSize: 64,
      learningRate: 5e-3,
      longestGradient: 5,
    };
    const task = {
      architecture,
      samples,
      training: rows.subarray(0, 500),
      validation: rows.subarray(500),
      options,
    };
    const { history } = await trainNetwork(runtime, task);
    expect(history[14].validationAccuracy.class).toBeGreaterThan(0.9);
    expect(history[14].validationAccuracy.jump).toBeGreaterThan(0.9);
  });
});

/** The first of some inputs with another first number. */
function firstChanged(inputs: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  const [[name, values]] = Object.entries(inputs);
  return { [name]: values.map((value, i) => (i === 0 ? value + 1 : value)) };
}

/** Three classes of points in a plane, told apart by their direction from the middle. */
function createTask(options: Partial<typeof TRAINING_DEFAULTS>, seed = 'points'): TrainingTask {
  const random = createRandom(seed);
  const count = 300;
  const features = new Float32Array(2 * count);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % 3;
    const angle = (labels[i] * 2 * Math.PI) / 3 + random.between(-0.9, 0.9);
    features.set([Math.cos(angle), Math.sin(angle)], 2 * i);
  }
  const rows = Int32Array.from({ length: count }, (_, index) => index);
  return {
    architecture: createDense({
      features: 2,
      widths: [16],
      dropout: 0.2,
      heads: { class: { size: 3, loss: 'softmax' } },
    }),
    samples: { count, inputs: { features }, targets: { class: oneHot(labels, 3) } },
    training: rows.subarray(0, 240),
    validation: rows.subarray(240),
    options: { ...TRAINING_DEFAULTS, epochs: 4, batchSize: 64, ...options },
  };
}

/** Noise, slopes and steps; the second head says whether there is a step. */
function createSequences() {
  const random = createRandom('sequences');
  const count = 600;
  const length = 32;
  const grid = new Float32Array(count * length);
  const labels = Int32Array.from({ length: count }, (_, index) => index % 3);
  for (let i = 0; i < grid.length; i++) {
    const sample = Math.floor(i / length);
    const u = (i % length) / length;
    const shape = [0, 2 * u - 1, u > 0.5 ? 1 : -1][labels[sample]];
    grid[i] = shape + 0.15 * random.normal();
  }
  const architecture = createDilated({
    gridLength: length,
    gridChannels: 1,
    features: 0,
    channels: 8,
    kernel: 5,
    dilations: [1, 4],
    widths: [16],
    heads: { class: { size: 3, loss: 'softmax' }, jump: { size: 1, loss: 'sigmoid' } },
  });
  const jump = Float32Array.from(labels, (label) => (label === 2 ? 1 : 0));
  const samples = { count, inputs: { grid }, targets: { class: oneHot(labels, 3), jump } };
  return { architecture, samples, rows: Int32Array.from({ length: count }, (_, index) => index) };
}
