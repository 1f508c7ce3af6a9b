import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type Reference, referenceDataset } from '../areas/reference/reference-series.js';
import { type ClassPrior, surveyFiles } from '../classify/classify-files.node.js';
import { estimateFileShares } from '../classify/estimate-shares.node.js';
import { loadClassifier, readModel } from '../classify/load-classifier.node.js';
import { POINTS_PER_BATCH } from '../classify/map-stream.node.js';
import { planMapTable } from '../classify/map-table.js';
import { TEST_TREE } from '../classify/test-tree.js';
import { GroundTrendError } from '../errors.js';
import { openDatasets } from '../read/open-datasets.node.js';
import type { SourceDataset } from '../read/source-dataset.js';
import type { Dataset } from '../series/dataset.js';
import { cycleMm } from '../series/wavelength.js';
import { writeWhole } from '../write/write-whole.node.js';
import { cutShards, type Piece } from './cut-shards.js';
import { hashSample, surveyInput } from './input-survey.js';
import {
  encodeManifest,
  hashText,
  type Job,
  type JobOptions,
  MANIFEST_NAME,
  type Manifest,
} from './manifest.js';

/** EGMS tables shrink about fourfold in a ZIP: a stored byte of a member is that much more work than one of text. */
const ZIP_EXPANSION = 4;
const MODEL_NAME = 'model.onnx';
/** Some ten seconds of work for one core. */
const BYTES_PER_SHARD = 256 << 20;

export interface PlanRequest {
  readonly inputs: readonly string[];
  /** Folder to make the job in. */
  readonly folder: string;
  /** How many shards, at the most; as many as make each about 256 MB of text where nothing is said. */
  readonly into?: number;
  /** Path of a model file, or the name of a built-in classifier. */
  readonly model: string;
  readonly options: Omit<JobOptions, 'prior' | 'isPriorEstimated'>;
  readonly prior: ClassPrior;
  /** What is to be taken off every series; none that differs from point to point. */
  readonly references: readonly Reference[];
  /** For the shares of classes, where they are to be estimated. */
  readonly threads: number;
  readonly software: string;
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
  /** Told how much of all inputs has been read, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** A planned job, and what the readers said of the inputs. */
export interface PlannedJob extends Job {
  readonly warnings: readonly string[];
}

/**
 * Plans a job: reads every input once from end to end for its hash and for where its rows stand, and writes the
 * manifest and a copy of the model into a folder of its own.
 *
 * Shards of one table start at multiples of a batch, so that every batch is the same as in a run of one process.
 *
 * Throws as `classifyFiles` does before its first row, and `output` where the folder holds a job already.
 */
export async function planJob(request: PlanRequest): Promise<PlannedJob> {
  const { folder, options, software } = request;
  const datasets = await openDatasets(request.inputs, options);
  const modelBytes = await readModel(request.model);
  const { describe, repair, sieve, materialMm, wavelengthMm } = options;
  const isPriorEstimated = request.prior === 'estimate';
  const analysis = {
    describe,
    repair,
    sieve,
    materialMm,
    wavelengthMm,
    cycleMm: cycleMm(wavelengthMm),
    isForReal: isPriorEstimated,
  };
  const classifier = await loadClassifier(modelBytes, analysis);
  for (const { axis } of datasets) classifier.checkAxis(axis);
  const { prepared, references } = await takeOffReferences(datasets, request);
  const table = planMapTable(prepared, classifier, options);
  const { schema, attributes } = table;
  const prior =
    request.prior === 'estimate'
      ? await estimateFileShares(prepared, modelBytes, analysis, request.threads, {
          table,
          classes: classifier.classes,
          filter: { minCoherence: options.minCoherence, bbox: options.bbox },
          filtered: { belowCoherence: 0, outsideBox: 0 },
          batchesUnderWay: 2 * request.threads + 1,
          keepSource: true,
          signal: request.signal,
        })
      : request.prior;
  const surveys = await surveyFiles(prepared, { ...options, signal: request.signal });

  const isFile = request.model !== TEST_TREE;
  const files = listFiles(datasets);
  const { inputs, pieces } = await surveyInputs(files, datasets, request);
  const manifest: Manifest = {
    formatVersion: 1,
    software,
    inputs,
    datasets: datasets.map((dataset, index) => {
      const path = fileOf(dataset);
      const input = files.indexOf(path);
      const position = datasets.filter((other) => fileOf(other) === path).indexOf(dataset);
      const { name, format, axis } = dataset;
      const { noise } = surveys[index];
      return {
        input,
        position,
        name,
        format,
        days: [...axis.days],
        noise: { ...noise, exponentials: noise.exponentials.map((part) => ({ ...part })) },
        references: references[index].map((series) => [...series]),
      };
    }),
    model: {
      name: isFile ? classifier.name : TEST_TREE,
      file: isFile ? MODEL_NAME : undefined,
      fingerprint: classifier.fingerprint,
      classes: [...classifier.classes],
    },
    options: { ...options, prior: typeof prior === 'string' ? prior : [...prior], isPriorEstimated },
    table: {
      layer: schema.layer,
      fields: schema.fields.map((field) => ({ ...field })),
      series: schema.series && [...schema.series.days],
      metadata: { ...schema.metadata },
      attributes: attributes.map((attribute) => ({ ...attribute })),
    },
    shards: cutShards(pieces, request.into ?? chooseCount(pieces)).map(({ bytes, slices }) => ({
      bytes,
      slices: [...slices],
    })),
  };

  const text = encodeManifest(manifest);
  await mkdir(join(folder, 'parts'), { recursive: true });
  if (isFile) await writeWhole(join(folder, MODEL_NAME), modelBytes, { overwrite: true });
  await writeWhole(join(folder, MANIFEST_NAME), text, { overwrite: request.overwrite ?? false });
  const warnings = [
    ...datasets.flatMap(({ report }) => report.warnings),
    ...surveys.flatMap(({ warnings: found }) => found),
  ];
  return { folder, manifest, hash: hashText(text), warnings };
}

function chooseCount(pieces: readonly Piece[]): number {
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  return Math.max(1, Math.round(bytes / BYTES_PER_SHARD));
}

function fileOf(dataset: SourceDataset): string {
  if (dataset.file !== undefined) return dataset.file;
  throw new GroundTrendError('usage', 'This kind of input cannot be cut into shards.', {
    place: { file: dataset.name },
    advice: 'Classify it in one process.',
  });
}

/** Finds, as one process would, what every point of a dataset is counted from. */
async function takeOffReferences(
  datasets: readonly SourceDataset[],
  request: PlanRequest,
): Promise<{ prepared: Dataset[]; references: Float32Array[][] }> {
  const prepared: Dataset[] = [];
  const references: Float32Array[][] = [];
  for (const dataset of datasets) {
    let current: Dataset = dataset;
    const own: Float32Array[] = [];
    for (const reference of request.references) {
      if (reference.kind === 'surroundings') {
        throw new GroundTrendError('usage', 'What surrounds a point may lie in another shard.', {
          advice: 'Classify with --reference median:... in one process, or count from a place.',
        });
      }
      const referenced = await referenceDataset(current, reference, { signal: request.signal });
      own.push(referenced.referenceSeries!);
      current = referenced;
    }
    prepared.push(current);
    references.push(own);
  }
  return { prepared, references };
}

function listFiles(datasets: readonly SourceDataset[]): string[] {
  return [...new Set(datasets.map(fileOf))];
}

async function surveyInputs(
  files: readonly string[],
  datasets: readonly SourceDataset[],
  { folder, signal, onProgress }: PlanRequest,
): Promise<{ inputs: Manifest['inputs']; pieces: Piece[] }> {
  const inputs: Manifest['inputs'] = [];
  const pieces: Piece[] = [];
  for (const [index, path] of files.entries()) {
    const own = datasets.filter((dataset) => fileOf(dataset) === path);
    const rows = own[0].rows;
    const survey = await surveyInput(
      path,
      rows && { start: rows.start, linesPerStep: POINTS_PER_BATCH },
      signal,
    );
    inputs.push({
      path: relative(resolve(folder), resolve(path)),
      bytes: survey.bytes,
      sha256: survey.sha256,
      sampleSha256: await hashSample(path),
    });
    for (const dataset of own) {
      const number = datasets.indexOf(dataset);
      if (rows === undefined) {
        pieces.push({ dataset: number, bytes: (dataset.totalBytes ?? 0) * ZIP_EXPANSION });
        continue;
      }
      survey.rowStarts.forEach((start, step) => {
        const end = survey.rowStarts[step + 1] ?? survey.bytes;
        const firstLine = rows.firstLine + step * POINTS_PER_BATCH;
        pieces.push({ dataset: number, bytes: end - start, rows: { start, end, firstLine } });
      });
    }
    onProgress?.((index + 1) / files.length);
  }
  return { inputs, pieces };
}
