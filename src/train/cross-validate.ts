import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { takeRows } from '../series/matrix-rows.js';
import { SAMPLE_LABELS } from '../simulate/material-label.js';
import type { ReadingSamples } from './reading-samples.js';
import type { ReadSeries } from './readings.js';
import type { TrainingHooks } from './training-loop.js';
import { classLogits, type PreparedSamples, refineWide, type WideNetwork } from './wide-model.js';

/** Neighbours closer than this share motion and noise, and stay in one fold. */
const BLOCK_DEGREES = 0.003;
const FOLDS = 5;

/** Which series are judged together by a network that was refined without them: a fold number a series. */
export type FoldRule = 'blocks' | 'files';

/** Folds by place (squares of about 300 m, whatever the file) or by file. */
export function foldsOf(read: readonly ReadSeries[], rule: FoldRule, seed: number | string): Int32Array {
  if (rule === 'files') {
    // An archive can hold several tables of the same neighbourhood.
    const files = [...new Set(read.map(({ file }) => file))];
    return Int32Array.from(
      read.flatMap(({ file, count }) => new Array<number>(count).fill(files.indexOf(file))),
    );
  }
  const random = createRandom(seed).fork('folds');
  const foldOfBlock = new Map<string, number>();
  const folds: number[] = [];
  for (const { longitude, latitude, count } of read) {
    for (let i = 0; i < count; i++) {
      const block = `${Math.floor(longitude[i] / BLOCK_DEGREES)} ${Math.floor(latitude[i] / BLOCK_DEGREES)}`;
      const fold = foldOfBlock.get(block) ?? random.integer(FOLDS);
      foldOfBlock.set(block, fold);
      folds.push(fold);
    }
  }
  return Int32Array.from(folds);
}

/**
 * Class logits of every labelled series by a network refined on those of the other folds. `plain` holds the series as
 * they are, `copies` augmented ones whose `origin` counts through `plain`.
 */
export async function crossValidate(
  runtime: Runtime,
  network: WideNetwork,
  prepared: PreparedSamples,
  plain: ReadingSamples,
  copies: ReadingSamples,
  folds: Int32Array,
  seed: number | string,
  hooks: TrainingHooks = {},
): Promise<Float32Array> {
  const width = SAMPLE_LABELS.length;
  const logits = new Float32Array(plain.count * width);
  for (const fold of new Set(folds)) {
    const others = selectRows(copies, (row) => folds[copies.origin[row]] !== fold);
    const refined = await refineWide(runtime, network, prepared, others, seed, hooks);
    const all = await classLogits(runtime, refined, plain.features);
    folds.forEach((own, i) => {
      if (own === fold) logits.set(all.subarray(i * width, (i + 1) * width), i * width);
    });
  }
  return logits;
}

function selectRows(samples: ReadingSamples, isWanted: (row: number) => boolean): ReadingSamples {
  const rows = Int32Array.from({ length: samples.count }, (_, row) => row).filter(isWanted);
  const take = (source: Float32Array) => takeRows(source, source.length / samples.count, rows);
  return {
    count: rows.length,
    features: take(samples.features),
    targets: take(samples.targets),
    origin: rows.map((row) => samples.origin[row]),
  };
}
