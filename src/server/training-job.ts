import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { IDLE_TRAINING, type PageTraining, type TrainingTest } from '../train/page-training.js';

/** The end of what a child says is kept, for its error message. */
const KEPT_CHARACTERS = 4000;
/** The answer of `train --json`, its model card included, is far shorter. */
const LONGEST_ANSWER = 4 << 20;
/** A child that does not stop when it is asked to is ended. */
const PATIENCE_MS = 5000;

export interface TrainedFiles {
  readonly run: number;
  readonly model: string;
  readonly map: string;
}

export interface TrainingPlan {
  /** Program and first arguments of the command line, such as node and its main file. */
  readonly command: readonly [program: string, ...first: string[]];
  /** The file or folder of series that the opened map was classified from, or the map itself where it holds them. */
  readonly series: string;
  readonly labels: string;
  /** Path of the model to go on from. */
  readonly from: string;
  /** Where the models and maps go. */
  readonly folder: string;
  onTrained(files: TrainedFiles): Promise<void>;
}

/** Trains on the labels so far and classifies the opened file anew, one training at a time. */
export interface TrainingJob {
  state(): PageTraining;
  /** `false` where a training is under way. */
  start(): boolean;
  cancel(): void;
  /** Stops what runs, and waits for its end. */
  close(): Promise<void>;
}

/** Both steps are the command line itself, each in a process of its own: the server goes on answering. */
export function createTrainingJob(plan: TrainingPlan): TrainingJob {
  let state = IDLE_TRAINING;
  let child: ChildProcess | undefined;
  let isCancelled = false;
  let underWay: Promise<void> | undefined;

  async function train(run: number): Promise<void> {
    const model = join(plan.folder, `trained-${run}.onnx`);
    const map = join(plan.folder, `trained-${run}.parquet`);
    try {
      const answer = await runChild('train', [
        ...[plan.series, '--labels', plan.labels, '--from', plan.from, '--output', model],
        ...['--overwrite', '--json'],
      ]);
      state = { ...state, phase: 'classifying', fraction: undefined, line: '', test: readTest(answer) };
      await runChild('classify', [
        ...[plan.series, '--model', model, '--output', map, '--keep-series', '--overwrite'],
      ]);
      await plan.onTrained({ run, model, map });
      state = { ...state, phase: 'done', fraction: undefined, line: '' };
    } catch (error) {
      state = isCancelled
        ? { ...state, phase: 'cancelled', fraction: undefined, line: '' }
        : { ...state, phase: 'failed', fraction: undefined, problem: (error as Error).message };
    }
  }

  /** Standard output of a command; throws with the end of standard error where it fails. */
  function runChild(command: string, args: readonly string[]): Promise<string> {
    if (isCancelled) return Promise.reject(new Error('Stopped.'));
    const [program, ...first] = plan.command;
    return new Promise((resolve, reject) => {
      const started = spawn(program, [...first, command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      let output = '';
      let said = '';
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (output.length < LONGEST_ANSWER) output += text;
      });
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-KEPT_CHARACTERS);
        const line = said.trimEnd().split('\n').at(-1) ?? '';
        const [, done, all] = /^epoch (\d+)\/(\d+)\b/.exec(line) ?? [];
        state = { ...state, line, fraction: all ? Number(done) / Number(all) : state.fraction };
      });
      started.once('error', reject);
      started.once('close', (status) => {
        child = undefined;
        if (status === 0) resolve(output);
        else reject(new Error(failureOf(said) || `groundtrend ${command} ended with status ${status}.`));
      });
    });
  }

  return {
    state: () => state,
    start() {
      if (underWay) return false;
      isCancelled = false;
      const run = state.run + 1;
      state = { ...IDLE_TRAINING, phase: 'training', run };
      underWay = train(run).finally(() => {
        underWay = undefined;
      });
      return true;
    },
    cancel() {
      if (!underWay) return;
      isCancelled = true;
      const stopped = child;
      stopped?.kill('SIGTERM');
      setTimeout(() => stopped?.exitCode === null && stopped.kill('SIGKILL'), PATIENCE_MS).unref();
    },
    async close() {
      this.cancel();
      await underWay;
    },
  };
}

/** The message of the command line, without what it had said of its progress before. */
function failureOf(said: string): string {
  const start = said.lastIndexOf('groundtrend: ');
  return (start < 0 ? said : said.slice(start + 'groundtrend: '.length)).trim();
}

function readTest(answer: string): TrainingTest {
  const { metrics, problems, warnings } = JSON.parse(answer) as {
    metrics: { points: number; overallAccuracy: { value: number; low: number; high: number } };
    problems: readonly { reason: string; count: number }[];
    warnings: readonly string[];
  };
  const { value, low, high } = metrics.overallAccuracy;
  return {
    points: metrics.points,
    accuracy: value,
    low,
    high,
    notes: [...problems.map(({ reason, count }) => `${count} labels left out: ${reason}`), ...warnings],
  };
}
