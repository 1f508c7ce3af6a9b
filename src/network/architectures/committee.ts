import type { Tensor } from '../graph.js';
import { add, multiply } from '../ops/arithmetic.js';
import type { Architecture, Trunk } from '../trunk.js';
import { type DenseOptions, denseHeads } from './dense.js';

export interface CommitteeOptions extends DenseOptions {
  /** How many networks of the same form vote. */
  readonly members: number;
}

/**
 * Several dense networks on the same features whose logits are averaged: members taught from different seeds err
 * differently, and their mean errs less than each (Lakshminarayanan, Pritzel and Blundell 2017). Input `features`.
 */
export function createCommittee(options: CommitteeOptions): Architecture {
  return {
    name: 'committee',
    options: { ...options },
    inputs: { features: [options.features] },
    heads: options.heads,
    buildTrunk(trunk, inputs) {
      const votes = Array.from({ length: options.members }, (_, index) =>
        denseHeads(memberOf(trunk, index), inputs.features, options),
      );
      return Object.fromEntries(
        Object.keys(options.heads).map((head) => [head, meanOf(votes.map((vote) => vote[head]))]),
      );
    },
  };
}

/** The same trunk, with the parameters of one member under names of their own. */
function memberOf(trunk: Trunk, index: number): Trunk {
  return {
    ...trunk,
    parameter: (declaration) =>
      trunk.parameter({ ...declaration, name: `member${index + 1}.${declaration.name}` }),
  };
}

function meanOf(tensors: readonly Tensor[]): Tensor {
  return multiply(
    tensors.reduce((sum, tensor) => add(sum, tensor)),
    1 / tensors.length,
  );
}
