import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GroundTrendError } from '../errors.js';
import { PAPER_SCALE_MM } from '../network/architectures/paper-cnn.js';
import { renderTuningPage } from '../report/tuning-page.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { isSameAxis } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { showText } from '../shown-text.js';
import { DEFAULT_MATERIAL_MM } from '../simulate/material-label.js';
import { hashOf } from '../train/data-hash.js';
import type { FileUnits } from '../train/load-readings.node.js';
import { loadReferenceSamples } from '../train/load-samples.node.js';
import type { ReferenceSamples } from '../train/reference-samples.js';
import { PAPER_SHARES, splitStratified } from '../train/split.js';
import { trainOnLabels } from '../train/train-on-labels.js';
import { countJobs, type HalvingPlan } from '../train/tune/halving.js';
import {
  encodeLine,
  parseLeaderboard,
  type RankedTrial,
  rankTrials,
  type SearchHeader,
  type TrialResult,
} from '../train/tune/leaderboard.js';
import { runSearch } from '../train/tune/run-search.node.js';
import { describeConfiguration, recipeOfConfiguration } from '../train/tune/search-space.js';
import { writeWhole } from '../write/write-whole.node.js';
import { formatEstimate } from './metrics-table.js';
import { formatCount } from './numbers.js';
import { packageVersion } from './package-version.js';
import { createProgress } from './progress.js';
import { describeSamples } from './run-training.js';
import { formatTable } from './table.js';

export interface TuningRequest {
  readonly samples: readonly string[];
  readonly labels?: string;
  readonly labelColumn?: string;
  readonly classes?: readonly string[] | 'found';
  readonly fileUnits: FileUnits;
  /** Folder of the results. */
  readonly output: string;
  readonly trials: number;
  /** Epochs of the last round; each round before has a third. */
  readonly epochs: number;
  readonly threads: number;
  readonly seed: string;
  readonly resume: boolean;
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

const SHOWN = 10;

/** Searches a network for labelled series; writes leaderboard, page and the best model; returns what to print. */
export async function runTuning(request: TuningRequest): Promise<string> {
  const { output, seed, threads, signal } = request;
  const samples = await loadReferenceSamples(request.samples, {
    labels: request.labels,
    labelColumn: request.labelColumn,
    classes: request.classes ?? TREND_CLASSES,
    units: request.fileUnits,
    signal,
  });
  for (const line of describeSamples(samples)) process.stderr.write(`${line}\n`);
  const trialSamples = prepare(samples, seed);
  const plan = planRounds(request.trials, request.epochs);
  const header: SearchHeader = {
    search: 1,
    dataHash: await hashOf(trialSamples.series, trialSamples.labels),
    seed,
    trials: plan.trials,
    epochs: [...plan.epochs],
  };
  await mkdir(output, { recursive: true });
  const path = join(output, 'leaderboard.jsonl');
  const done = await takeUp(path, header, request);
  const progress = createProgress('search', 'trainings');
  const total = countJobs(plan);
  let count = done.length;
  const results = await runSearch(trialSamples, {
    plan,
    seed,
    threads,
    signal,
    done,
    async onResult(result) {
      await appendFile(path, encodeLine(result));
      count++;
      progress.update({ fraction: count / total, done: count });
    },
  }).finally(() => progress.finish());
  const ranked = rankTrials(results);
  const series = `${formatCount(trialSamples.labels.length)} labelled series of ${samples.classes.length} classes`;
  await writeWhole(join(output, 'leaderboard.html'), renderTuningPage(ranked, series), { overwrite: true });
  const best = await trainBest(samples, ranked[0], request);
  await writeWhole(join(output, 'best.onnx'), best, { overwrite: true });
  if (request.json) return `${JSON.stringify({ output, trials: ranked }, null, 2)}\n`;
  return [
    formatLeaderboard(ranked.slice(0, SHOWN)),
    '',
    'Chosen on the validation part, which flatters the best; the test part took no part in the choice (95 % intervals).',
    '',
    `written to ${showText(output)}: leaderboard.jsonl (${formatCount(results.length)} trainings), leaderboard.html, best.onnx`,
    '',
  ].join('\n');
}

function prepare({ stacks, classes }: ReferenceSamples, seed: string) {
  const [{ axis, name }, ...others] = stacks;
  const odd = others.find((stack) => !isSameAxis(stack.axis, axis));
  if (odd !== undefined) {
    throw new GroundTrendError(
      'usage',
      `The networks searched take one date axis; ${name} and ${odd.name} differ.`,
    );
  }
  const epochs = axis.days.length;
  const labels = Uint8Array.from(stacks.flatMap((stack) => [...stack.labels]));
  const series = new Float32Array(labels.length * epochs);
  let start = 0;
  for (const stack of stacks) {
    const filled = fillGaps(axis, stack.displacements, stack.count);
    series.set(
      filled.map((value) => value / PAPER_SCALE_MM),
      start,
    );
    start += filled.length;
  }
  return {
    epochs,
    classes: classes.length,
    series,
    labels,
    split: splitStratified(labels, PAPER_SHARES, seed),
  };
}

/** Three rounds: a ninth and a third of the epochs, then all of them. */
function planRounds(trials: number, epochs: number): HalvingPlan {
  const rounds = [9, 3, 1].map((part) => Math.max(1, Math.round(epochs / part)));
  return { trials, epochs: [...new Set(rounds)] };
}

/** Results of the search so far; a new leaderboard where there is none to go on with. */
async function takeUp(path: string, header: SearchHeader, request: TuningRequest): Promise<TrialResult[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (request.resume) {
    if (text === undefined) {
      throw new GroundTrendError('input', 'There is no interrupted search to resume.', {
        place: { file: path },
      });
    }
    const results = parseLeaderboard(text, header, path);
    // A line cut short must not stay in front of the next one.
    const whole = [header, ...results].map(encodeLine).join('');
    if (whole !== text) await writeWhole(path, whole, { overwrite: true });
    return results;
  }
  if (text !== undefined && !request.overwrite) {
    throw new GroundTrendError('usage', `There is a search in ${path} already.`, {
      advice: 'Go on with --resume, or start anew with --overwrite.',
    });
  }
  await writeWhole(path, encodeLine(header), { overwrite: true });
  return [];
}

async function trainBest(
  samples: ReferenceSamples,
  best: RankedTrial,
  request: TuningRequest,
): Promise<Uint8Array> {
  const runtime = await loadNodeRuntime();
  const model = await trainOnLabels(
    runtime,
    samples,
    {
      name: `cnn (found by search, seed ${request.seed})`,
      recipe: 'paper-a',
      found: recipeOfConfiguration(best.configuration, best.epochs),
      seed: request.seed,
      materialMm: DEFAULT_MATERIAL_MM,
      cycleMm: cycleMm(),
      versions: { groundtrend: packageVersion(), runtime: runtime.name },
      split: { kind: 'random' },
      augmentations: [],
      copies: 1,
      classWeights: 'even',
    },
    { signal: request.signal },
  );
  return model.bytes;
}

function formatLeaderboard(trials: readonly RankedTrial[]): string {
  return formatTable(
    [
      { title: 'network' },
      { title: 'epochs', align: 'right' },
      { title: 'validation', align: 'right' },
      { title: 'test', align: 'right' },
      { title: 'parameters', align: 'right' },
      { title: 'multiply-adds', align: 'right' },
    ],
    trials.map(({ configuration, epochs, accuracy, testAccuracy, parameters, multiplyAdds }) => [
      describeConfiguration(configuration),
      String(epochs),
      formatEstimate(accuracy),
      formatEstimate(testAccuracy),
      formatCount(parameters),
      formatCount(multiplyAdds),
    ]),
  );
}
