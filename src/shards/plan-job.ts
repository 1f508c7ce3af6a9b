import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { commonStepWarnings, surveyFiles } from '../classify/classify-files.node.js';
import { loadClassifier, readModel } from '../classify/load-classifier.node.js';
import { POINTS_PER_BATCH } from '../classify/map-stream.node.js';
import { planMapTable } from '../classify/map-table.js';
import { TEST_TREE } from '../classify/test-tree.js';
import { GroundTrendError } from '../errors.js';
import { openDatasets } from '../read/open-datasets.node.js';
import type { SourceDataset } from '../read/source-dataset.js';
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
  readonly options: JobOptions;
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
  const classifier = await loadClassifier(modelBytes, {
    materialMm: options.materialMm,
    cycleMm: cycleMm(options.wavelengthMm),
  });
  for (const { axis } of datasets) classifier.checkAxis(axis);
  const content = { describe: options.describe, repair: false, keepSeries: options.keepSeries };
  const { schema, attributes } = planMapTable(datasets, classifier, content);
  const surveys = await surveyFiles(datasets, { ...content, signal: request.signal });

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
      };
    }),
    model: {
      name: isFile ? classifier.name : TEST_TREE,
      file: isFile ? MODEL_NAME : undefined,
      fingerprint: classifier.fingerprint,
      classes: [...classifier.classes],
    },
    options,
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
    ...surveys.flatMap(commonStepWarnings),
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
