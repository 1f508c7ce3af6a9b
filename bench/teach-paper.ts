import type { Classifier } from '../src/classify/classifier.js';
import { loadClassifier } from '../src/classify/load-classifier.node.js';
import { loadNodeRuntime } from '../src/runtime/session.node.js';
import type { EpochAxis } from '../src/series/epoch-axis.js';
import { TREND_CLASSES } from '../src/series/trend-class.js';
import { cycleMm } from '../src/series/wavelength.js';
import { DEFAULT_MATERIAL_MM } from '../src/simulate/material-label.js';
import { trainOnLabels } from '../src/train/train-on-labels.js';

/** 5,000 in all, of which 70 % teach, as in the paper. */
export const PAPER_PER_CLASS = 1000;

const settings = { materialMm: DEFAULT_MATERIAL_MM, cycleMm: cycleMm() };

interface LabelledSet {
  readonly axis: EpochAxis;
  readonly count: number;
  /** Row-major, mm. */
  readonly displacements: Float32Array;
  readonly labels: Uint8Array;
}

/** The paper's network in one of its readings, taught by the paper's protocol on `PAPER_PER_CLASS` series a class. */
export async function teachPaper(
  recipe: 'paper-a' | 'paper-b',
  drawn: LabelledSet,
  epochs: number,
): Promise<Classifier> {
  const place = new Float64Array(drawn.count);
  const pids = Array.from(drawn.labels, (_, i) => String(i));
  const samples = {
    classes: TREND_CLASSES,
    stacks: [{ ...drawn, name: 'simulated', pids, longitude: place, latitude: place }],
    counts: TREND_CLASSES.map(() => PAPER_PER_CLASS),
    problems: [],
    warnings: [],
    annotators: ['simulator'],
  };
  const trained = await trainOnLabels(await loadNodeRuntime(), samples, {
    name: recipe,
    recipe,
    seed: 1,
    training: { epochs },
    ...settings,
    versions: {},
    split: { kind: 'random' },
    augmentations: [],
    copies: 1,
    classWeights: 'even',
  });
  return loadClassifier(trained.bytes, settings);
}
