import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { MapTable } from '../classify/map-table.js';
import { GroundTrendError } from '../errors.js';
import { DESCRIBE_LEVELS } from '../kinematics/description-columns.js';
import { createEpochAxis } from '../series/epoch-axis.js';

export const MANIFEST_NAME = 'manifest.json';

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const columnType = z.enum(['text', 'float64', 'float32', 'int32', 'date', 'boolean']);

const rowsSchema = z.object({ start: count, end: count, firstLine: z.int().min(1) });

/** A stretch of one dataset; the whole of it where there are no `rows` (a member of an archive cannot be cut). */
const sliceSchema = z.object({ dataset: count, rows: rowsSchema.optional() });

const manifestSchema = z.object({
  formatVersion: z.literal(1),
  /** Version of groundtrend that planned the job: the only one that may run it, so that all parts agree. */
  software: z.string(),
  /** Paths are relative to the job's folder, so that both can be seen under another name on a node. */
  inputs: z.array(z.object({ path: z.string().min(1), bytes: count, sha256, sampleSha256: sha256 })).min(1),
  datasets: z
    .array(
      z.object({
        input: count,
        /** Which of the datasets in the input it is. */
        position: count,
        name: z.string(),
        format: z.string(),
        days: z.array(z.int()).min(2),
        /** Estimated once from the beginning of the dataset, so that it is the same in every shard. */
        noise: z.object({
          whiteShare: z.number(),
          exponentials: z.array(z.object({ share: z.number(), days: z.number() })),
          quietPoints: count,
          velocityDoubt: z.number().optional(),
        }),
        /** What is taken off every series, one after the other: mm at every date, found once from all points. */
        references: z.array(z.array(z.number())),
      }),
    )
    .min(1),
  /** `file` is relative to the job's folder; without one, `name` is that of a built-in classifier. */
  model: z.object({
    name: z.string(),
    file: z.string().optional(),
    fingerprint: z.string(),
    classes: z.array(z.string()).min(1),
  }),
  options: z.object({
    minCoherence: z.number().optional(),
    bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
    units: z.enum(['mm', 'cm', 'm']).optional(),
    epsg: z.int().optional(),
    strict: z.boolean().optional(),
    keepSeries: z.boolean(),
    describe: z.enum(DESCRIBE_LEVELS),
    repair: z.boolean(),
    sieve: z.boolean(),
    /** Shares of the classes, where given or estimated from all points, in their order. */
    prior: z.union([z.enum(['balanced', 'paper']), z.array(z.number())]),
    isPriorEstimated: z.boolean(),
    materialMm: z.number(),
    wavelengthMm: z.number(),
  }),
  /** The table that all parts share; `series` holds the days of its displacement columns. */
  table: z.object({
    layer: z.string(),
    fields: z.array(z.object({ name: z.string(), type: columnType, description: z.string().optional() })),
    series: z.array(z.int()).optional(),
    metadata: z.record(z.string(), z.string()),
    attributes: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'text']) })),
  }),
  shards: z.array(z.object({ bytes: count, slices: z.array(sliceSchema).min(1) })).min(1),
});

/** Everything that a job is, as a file: what to read, how, with which model, cut into which shards. */
export type Manifest = z.infer<typeof manifestSchema>;
export type ShardSlice = z.infer<typeof sliceSchema>;
export type JobOptions = Manifest['options'];

/** A manifest as it lies in a folder. `hash` is the SHA-256 of the file: parts name it as the plan they belong to. */
export interface Job {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly hash: string;
}

export function encodeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Reads the job in a folder. Throws `input` where there is none, or one of another version of groundtrend. */
export async function openJob(folder: string, software: string): Promise<Job> {
  const path = join(folder, MANIFEST_NAME);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new GroundTrendError('input', 'There is no job in this folder.', {
      place: { file: folder },
      advice: 'groundtrend shard plan makes one.',
      cause,
    });
  });
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new GroundTrendError(
      'input',
      `This manifest is damaged: ${issue.path.join('.')}: ${issue.message}.`,
      {
        place: { file: path },
      },
    );
  }
  const manifest = parsed.data;
  requireOwnReferences(manifest, path);
  if (manifest.software !== software) {
    throw new GroundTrendError(
      'input',
      `This job was planned by groundtrend ${manifest.software}; this is ${software}.`,
      { place: { file: path }, advice: 'Use that version, or plan the job again.' },
    );
  }
  return { folder, manifest, hash: hashText(text) };
}

/** Throws `input` where a shard speaks of what is not in the plan. */
function requireOwnReferences({ inputs, datasets, shards }: Manifest, path: string): void {
  const areKnown =
    datasets.every(({ input }) => input < inputs.length) &&
    shards.every(({ slices }) =>
      slices.every(
        ({ dataset, rows }) => dataset < datasets.length && (rows === undefined || rows.start <= rows.end),
      ),
    );
  if (areKnown) return;
  throw new GroundTrendError(
    'input',
    'This manifest is damaged: it speaks of inputs or rows that it lacks.',
    {
      place: { file: path },
      advice: 'Plan the job again.',
    },
  );
}

/** The table in the form that the pipeline and the writers take. */
export function resultTableOf({ table }: Manifest): MapTable {
  const { attributes, series, ...schema } = table;
  return { attributes, schema: { ...schema, series: series && createEpochAxis(series) } };
}

/** Throws `usage` where the job has no shard of this number. */
export function requireShard({ manifest }: Job, index: number): Manifest['shards'][number] {
  const shard = manifest.shards[index];
  if (shard !== undefined) return shard;
  throw new GroundTrendError('usage', `There is no shard ${index}.`, {
    advice: `The shards of this job are numbered 0 to ${manifest.shards.length - 1}.`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
