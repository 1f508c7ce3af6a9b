import { GroundTrendError } from '../errors.js';
import { createArchitecture } from '../network/architectures/architecture-names.js';
import type { ModelCard } from '../network/model-file.js';
import { initialiseParameters } from '../network/parameters.js';
import { type Architecture, surveyArchitecture } from '../network/trunk.js';
import { createRandom } from '../random.js';

/** A trained network as a model file holds it. */
export interface TrainedNetwork {
  readonly card: ModelCard;
  readonly architecture: Architecture;
  readonly parameters: Float32Array;
}

/** A network to go on with, and where its parameters start. */
export interface StartingNetwork {
  readonly architecture: Architecture;
  readonly startFrom: Float32Array;
}

/**
 * The same network for the given classes. Where they are the model's own, everything is kept; for others the body is
 * kept and gets a new head for them.
 */
export function adaptNetwork(
  { card, architecture, parameters }: TrainedNetwork,
  classes: readonly string[],
  seed: number | string,
): StartingNetwork {
  const isSame =
    card.classes.length === classes.length && card.classes.every((name, k) => name === classes[k]);
  if (isSame) return { architecture, startFrom: parameters };
  const { options } = architecture;
  const adapted = createArchitecture(
    architecture.name,
    'heads' in options
      ? { ...options, heads: { class: { size: classes.length, loss: 'softmax' } } }
      : { ...options, classes: classes.length },
  );
  const from = surveyArchitecture(architecture);
  const to = surveyArchitecture(adapted);
  const startFrom = initialiseParameters(to, createRandom(seed).fork('parameters'));
  let copied = 0;
  for (const { name, offset, size } of to.parameters) {
    const same = from.parameters.find((known) => known.name === name && known.size === size);
    // Heads are named after what they tell; even one of the right size tells something else here.
    if (same === undefined || /^(member\d+\.)?(head\.)?class\b/.test(name)) continue;
    startFrom.set(parameters.subarray(same.offset, same.offset + size), offset);
    copied++;
  }
  if (copied === 0)
    throw new GroundTrendError('model', `Nothing of the model "${card.name}" can be used here.`);
  return { architecture: adapted, startFrom };
}
