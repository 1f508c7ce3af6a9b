import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { GroundTrendError } from '../errors.js';
import { SENTINEL1_WAVELENGTH_MM } from '../series/wavelength.js';
import { DEFAULT_MATERIAL_MM } from '../simulate/material-label.js';

/** The model that `classify` uses unless told otherwise. */
export const DEFAULT_MODEL = 'default';

/** Absent: as many as the files are worth. */
export const givenThreads = z.coerce.number().int().min(1).max(256).optional();
export const threadCount = givenThreads.default(availableParallelism());
/** Megabytes that a run may take, as far as it can be helped; absent: no limit. */
export const memoryMb = z.coerce.number().int().positive().optional();
/** Absent: as the file says, else millimetres. */
export const units = z.enum(['mm', 'cm', 'm']).optional();
/** Motion below this is no motion: the one knob for how sensitive the classes are. */
export const materialMm = z.coerce.number().min(0.5).max(100).default(DEFAULT_MATERIAL_MM);
export const wavelengthMm = z.coerce.number().min(5).max(500).default(SENTINEL1_WAVELENGTH_MM);
/** `Asc.shp=cm`: units of files by the end of their names. */
export const fileUnits = z
  .array(z.string().regex(/^.+=(mm|cm|m)$/, 'give the end of a file name and its unit, such as Asc.shp=cm'))
  .default([])
  .transform((pairs) =>
    Object.fromEntries(
      pairs.map((pair) => {
        const at = pair.lastIndexOf('=');
        return [pair.slice(0, at), pair.slice(at + 1) as 'mm' | 'cm' | 'm'];
      }),
    ),
  );
export const boundingBox = z
  .string()
  .transform((text) => text.split(',').map(Number))
  .refine(
    (values) => values.length === 4 && values.every(Number.isFinite),
    'give west,south,east,north in degrees',
  )
  .refine(
    ([west, south, east, north]) => west < east && south < north,
    'west must be below east and south below north',
  )
  .transform(([west, south, east, north]) => [west, south, east, north] as const);

/** Files to write, at least one; `example` is what the message shows where none is given. */
export function outputFiles(example: string) {
  const error = `say where to write, such as -o ${example}`;
  return z.array(z.string(), { error }).min(1, error);
}

/** Checks what commander collected against a schema; the first problem becomes a `usage` error naming its option. */
export function parseOptions<T extends z.ZodType>(schema: T, values: unknown): z.output<T> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const option = String(issue.path[0] ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new GroundTrendError('usage', option === '' ? issue.message : `--${option}: ${issue.message}`);
}

/** Class shares to classify by: a name, or a file of shares, read when its turn comes. */
export const classPrior = z.string().default('balanced');

/** What `classify` does where nothing is said. */
export function classifyDefaults() {
  return {
    model: DEFAULT_MODEL,
    materialMm: DEFAULT_MATERIAL_MM,
    wavelengthMm: SENTINEL1_WAVELENGTH_MM,
    describe: 'full',
    repair: false,
    keepSeries: false,
    prior: 'balanced',
  } as const;
}
