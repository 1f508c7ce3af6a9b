import { GroundTrendError, throwIfCancelled } from '../errors.js';
import type { Describer } from '../kinematics/describe.js';
import type { Description } from '../kinematics/description.js';
import { describeFields } from '../kinematics/description-columns.js';
import { explainClass } from '../kinematics/evidence.js';
import type { RepairFinding } from '../kinematics/repair.js';
import { type OpenOptions, openDatasets } from '../read/open-datasets.node.js';
import { createRuntimeMeasurer } from '../runtime/series-measurer.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import type { Dataset } from '../series/dataset.js';
import type { ColumnValues, ResultField } from '../series/result-table.js';
import { type SeriesBatch, seriesOf } from '../series/series-batch.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { type AnalysisSettings, type BatchExamination, createAnalyst } from './analysis.js';
import { flagAmbiguous, flagOutOfFamily } from './doubt-flags.js';
import { surveyFile } from './file-survey.js';
import { loadClassifier, readModel } from './load-classifier.node.js';
import { POINTS_PER_BATCH } from './map-stream.node.js';
import { createNearNames } from './near-names.js';

/** Which point is examined, and by what. */
export interface ExaminePointOptions extends OpenOptions {
  readonly pid: string;
  /** Path of a model file, or `test-tree`. */
  readonly model: string;
  readonly materialMm: number;
  readonly wavelengthMm: number;
  /** Class shares of the map, where they are not taken as even. */
  readonly shares?: Float64Array;
  readonly signal?: AbortSignal;
}

/** Everything that is known of one point: what the main job writes of it, and what that came from. */
export interface ExaminedPoint {
  readonly dataset: Pick<Dataset, 'name' | 'format' | 'axis'>;
  readonly pid: string;
  readonly longitude: number;
  readonly latitude: number;
  /** Displacements, mm, one an epoch, `NaN` = missing. */
  readonly series: Float32Array;
  readonly modelName: string;
  readonly classes: readonly string[];
  readonly className: string;
  /** One a class. */
  readonly probabilities: Float32Array;
  readonly confidence: number;
  readonly isAmbiguous: boolean;
  readonly isOutOfFamily: boolean;
  /** Why it has its class, in a sentence. */
  readonly why: string;
  /** The full description, a field and the column of its one value. */
  readonly described: readonly { readonly field: ResultField; readonly values: ColumnValues }[];
  readonly description: Description;
  /** Row of the point in `description`. */
  readonly row: number;
  readonly describer: Describer;
  /** What is to be said of the file: steps that most of its points make together. */
  readonly warnings: readonly string[];
  /** What the search for jumps found, where it found anything. */
  readonly finding: RepairFinding | undefined;
  /** The series with its jumps put right and the class of it, where the evidence is clear. */
  readonly repaired: { readonly series: Float32Array; readonly className: string } | undefined;
}

/**
 * Finds a point by its identifier and analyses it as `classifyFiles` does with `repair`: under the noise of its file,
 * together with the batch it stands in, so that its neighbours are the same and its class is the one in the map.
 *
 * Throws `input` where no point bears the name, and says which names are near it.
 */
export async function examinePoint(
  inputs: readonly string[],
  options: ExaminePointOptions,
): Promise<ExaminedPoint> {
  const datasets = await openDatasets(inputs, options);
  const settings: AnalysisSettings = {
    materialMm: options.materialMm,
    cycleMm: cycleMm(options.wavelengthMm),
    wavelengthMm: options.wavelengthMm,
    describe: 'full',
    repair: true,
    shares: options.shares,
  };
  const classifier = await loadClassifier(await readModel(options.model), settings);
  const { dataset, batch, row } = await findPoint(datasets, options);
  const survey = await surveyFile(dataset, options.signal);
  const measurer = createRuntimeMeasurer(await loadNodeRuntime());
  const analyst = createAnalyst(classifier, settings, measurer.measure);
  try {
    const examination = await analyst.examine({ ...batch, noise: survey.noise });
    return {
      ...pickPoint(batch, row, examination, classifier.classes),
      dataset,
      modelName: classifier.name,
      warnings: survey.warnings,
    };
  } finally {
    await analyst.dispose();
    await measurer.dispose();
  }
}

async function findPoint(
  datasets: readonly Dataset[],
  { pid, signal }: ExaminePointOptions,
): Promise<{ dataset: Dataset; batch: SeriesBatch; row: number }> {
  const near = createNearNames(pid);
  let points = 0;
  for (const dataset of datasets) {
    for await (const batch of dataset.batches({ pointsPerBatch: POINTS_PER_BATCH, signal })) {
      throwIfCancelled(signal);
      const row = batch.pids.indexOf(pid);
      if (row >= 0) return { dataset, batch, row };
      for (const other of batch.pids) near.add(other);
      points += batch.count;
    }
  }
  const names = near.finish();
  throw new GroundTrendError('input', `There is no point ${pid} among ${points}.`, {
    place: { file: datasets.map(({ name }) => name).join(', ') },
    advice: names.length > 0 ? `Near it: ${names.join(', ')}.` : 'No name in it is near this one.',
  });
}

function pickPoint(
  batch: SeriesBatch,
  row: number,
  { analysis, description, findings, describer }: BatchExamination,
  classes: readonly string[],
) {
  const { scores, codes, confidence, described, repair } = analysis;
  const trend = TREND_CLASSES[codes[row]];
  const finding = findings.find(({ point }) => point === row);
  const repairedRow = repair?.points.indexOf(row) ?? -1;
  const epochs = batch.axis.days.length;
  const fields = describeFields('full');
  return {
    pid: batch.pids[row],
    longitude: batch.longitude[row],
    latitude: batch.latitude[row],
    series: seriesOf(batch, row).slice(),
    classes,
    className: classes[codes[row]],
    probabilities: scores.probabilities.slice(row * classes.length, (row + 1) * classes.length),
    confidence: confidence[row],
    isAmbiguous: flagAmbiguous(confidence)[row] === 1,
    isOutOfFamily: flagOutOfFamily(scores, confidence)[row] === 1,
    why: explainClass(description, row, trend, finding?.path?.gain),
    described: described.map((values, i) => ({ field: fields[i], values: values.slice(row, row + 1) })),
    description,
    row,
    describer,
    finding,
    repaired:
      repair === undefined || repairedRow < 0
        ? undefined
        : {
            series: repair.corrected.slice(repairedRow * epochs, (repairedRow + 1) * epochs),
            className: classes[repair.codes[repairedRow]],
          },
  };
}
