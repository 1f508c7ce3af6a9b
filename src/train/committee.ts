import { createCommittee } from '../network/architectures/committee.js';
import type { DenseOptions } from '../network/architectures/dense.js';
import type { Runtime } from '../runtime/session.js';
import { joinArrays } from '../series/matrix-rows.js';
import { crossValidate } from './cross-validate.js';
import type { ReadingSamples } from './reading-samples.js';
import type { TrainModelOptions } from './train-model.js';
import type { TrainingJournal } from './training-journal.js';
import type { TrainingHooks } from './training-loop.js';
import { type PreparedSamples, refineWide, shapeWide, trainWide, type WideNetwork } from './wide-model.js';

/** What a committee is taught with, and where every step of it is kept. */
export interface CommitteeTraining {
  readonly runtime: Runtime;
  readonly prepared: PreparedSamples;
  /** Those of the first member; the others have seeds of their own. */
  readonly options: TrainModelOptions;
  readonly journal: TrainingJournal;
  readonly signal: AbortSignal;
}

/** Teaches so many networks on the same samples. */
export async function teachMembers(
  { runtime, prepared, options, journal, signal }: CommitteeTraining,
  members: number,
  watch: (member: number) => Pick<TrainingHooks, 'onEpoch'>,
): Promise<WideNetwork[]> {
  const untaught = shapeWide(prepared, options.recipe);
  const taught: WideNetwork[] = [];
  for (let index = 0; index < members; index++) {
    const own = { ...options, seed: memberSeed(options.seed, index) };
    const parameters = await journal.step(`teach ${index + 1}`, async (kept) => {
      const hooks = { ...watch(index + 1), ...kept, signal };
      return (await trainWide(runtime, prepared, own, hooks)).parameters;
    });
    taught.push({ ...untaught, parameters });
  }
  return taught;
}

/** Refines every member on labelled series. */
export async function refineMembers(
  { runtime, prepared, options, journal, signal }: CommitteeTraining,
  taught: readonly WideNetwork[],
  copies: ReadingSamples,
): Promise<WideNetwork[]> {
  const refined: WideNetwork[] = [];
  for (const [index, member] of taught.entries()) {
    const seed = memberSeed(options.seed, index);
    const parameters = await journal.step(`refine ${index + 1}`, async (kept) => {
      return (await refineWide(runtime, member, prepared, copies, seed, { ...kept, signal })).parameters;
    });
    refined.push({ ...member, parameters });
  }
  return refined;
}

/** Mean class logits of every labelled series, by members refined on those of the other folds. */
export async function crossValidateMembers(
  { runtime, prepared, options, journal, signal }: CommitteeTraining,
  taught: readonly WideNetwork[],
  plain: ReadingSamples,
  copies: ReadingSamples,
  folds: { readonly name: string; readonly ofSeries: Int32Array },
): Promise<Float32Array> {
  const votes: Float32Array[] = [];
  for (const [index, member] of taught.entries()) {
    const seed = memberSeed(options.seed, index);
    const vote = await journal.step(`${folds.name} ${index + 1}`, () =>
      crossValidate(runtime, member, prepared, plain, copies, folds.ofSeries, seed, { signal }),
    );
    votes.push(vote);
  }
  return meanOf(votes);
}

/** Seed of one member of a committee; the first has the seed itself, so that one member alone is the plain network. */
function memberSeed(seed: number | string, index: number): number | string {
  return index === 0 ? seed : `${seed}/member ${index + 1}`;
}

/** One network that averages the logits of several of the same form and scale. */
export function joinMembers(members: readonly WideNetwork[]): WideNetwork {
  const [first] = members;
  if (members.length === 1) return first;
  const options = first.architecture.options as unknown as DenseOptions;
  return {
    ...first,
    architecture: createCommittee({ ...options, members: members.length }),
    // The committee asks for its parameters member by member, each in its own order.
    parameters: joinArrays(members.map(({ parameters }) => parameters)),
  };
}

/** Mean of arrays of one length. */
function meanOf(parts: readonly Float32Array[]): Float32Array {
  return parts[0].map((_, i) => parts.reduce((sum, part) => sum + part[i], 0) / parts.length);
}
