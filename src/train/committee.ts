import { createCommittee } from '../network/architectures/committee.js';
import type { DenseOptions } from '../network/architectures/dense.js';
import { joinArrays } from './sample-rows.js';
import type { WideNetwork } from './wide-model.js';

/** Seed of one member of a committee; the first has the seed itself, so that one member alone is the plain network. */
export function memberSeed(seed: number | string, index: number): number | string {
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
export function meanOf(parts: readonly Float32Array[]): Float32Array {
  return parts[0].map((_, i) => parts.reduce((sum, part) => sum + part[i], 0) / parts.length);
}
