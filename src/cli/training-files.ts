import { readFile, rm } from 'node:fs/promises';
import { GroundTrendError } from '../errors.js';
import type { TrainingHooks } from '../train/training-loop.js';
import { reserveOutput } from '../write/output-file.node.js';
import { writeWhole } from '../write/write-whole.node.js';
import { formatDuration } from './numbers.js';

export interface ResumableTraining {
  readonly output: string;
  /** Where a card is written too, for trainings that give one. */
  readonly cardPath?: string;
  readonly overwrite: boolean;
  readonly resume: boolean;
  readonly signal: AbortSignal;
}

/**
 * Trains with a state file beside the output (`<output>.training`), renewed after every epoch and removed when the
 * model is written, so that an interrupted training loses no more than an epoch. The output is looked at first: hours
 * of work must not end at a name that is taken.
 *
 * Throws `input` where there is nothing to resume, `usage` where an interrupted training would be overwritten.
 */
export async function trainResumably<T extends { readonly bytes: Uint8Array; readonly cardText?: string }>(
  request: ResumableTraining,
  train: (hooks: TrainingHooks) => Promise<T>,
): Promise<T> {
  const { output, cardPath, overwrite, resume, signal } = request;
  const statePath = `${output}.training`;
  for (const path of cardPath === undefined ? [output] : [output, cardPath]) {
    await (await reserveOutput(path, { overwrite })).discard();
  }
  const saved = await readState(statePath);
  if (resume && saved === undefined) {
    throw new GroundTrendError('input', 'There is no interrupted training to resume.', {
      place: { file: statePath },
      advice: 'Leave --resume out to start anew.',
    });
  }
  if (!resume && !overwrite && saved !== undefined) {
    throw new GroundTrendError('usage', `An interrupted training is kept in ${statePath}.`, {
      advice: 'Go on with --resume, or start anew with --overwrite.',
    });
  }
  let states = 0;
  const hooks: TrainingHooks = {
    ...epochLines(),
    signal,
    resumeFrom: resume ? saved : undefined,
    async saveState(bytes) {
      states++;
      await writeWhole(statePath, bytes, { overwrite: true });
    },
  };
  try {
    const model = await train(hooks);
    await writeWhole(output, model.bytes, { overwrite });
    if (cardPath !== undefined && model.cardText !== undefined) {
      await writeWhole(cardPath, model.cardText, { overwrite });
    }
    await rm(statePath, { force: true });
    return model;
  } catch (cause) {
    const error = resume && states === 0 ? placeInState(cause, statePath) : cause;
    const isStopped = error instanceof GroundTrendError && error.code === 'cancelled';
    if (!isStopped || (states === 0 && !resume)) throw error;
    throw new GroundTrendError('cancelled', `Stopped; what was learned is kept in ${statePath}.`, {
      advice: 'Give the same command with --resume to go on.',
      cause: error,
    });
  }
}

/** What is said of no file before the first epoch of a resumed training is said of its state. */
function placeInState(error: unknown, statePath: string): unknown {
  if (!(error instanceof GroundTrendError) || error.code !== 'input' || error.place.file !== undefined) {
    return error;
  }
  const { code, what, advice } = error;
  return new GroundTrendError(code, what, { place: { file: statePath }, advice, cause: error });
}

/** A line an epoch on standard error, after what it is an epoch of: losses, accuracy, time left. */
export function epochLines(of = ''): Pick<TrainingHooks, 'onEpoch'> {
  return {
    onEpoch({ epoch, trainingLoss, validationLoss, validationAccuracy }, { epochs, seconds }) {
      process.stderr.write(
        `${of}epoch ${epoch}/${epochs}  loss ${trainingLoss.toFixed(4)}  validation ${validationLoss.toFixed(4)}  ` +
          `accuracy ${(100 * validationAccuracy.class).toFixed(2)} %  ${seconds.toFixed(1)} s  ` +
          `${formatDuration(seconds * (epochs - epoch))} left\n`,
      );
    },
  };
}

async function readState(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new GroundTrendError('input', 'The interrupted training cannot be read.', {
      place: { file: path },
      cause,
    });
  }
}
