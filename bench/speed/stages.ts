import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnalysisSettings } from '../../src/classify/analysis.js';
import { cycleMm, SENTINEL1_WAVELENGTH_MM } from '../../src/series/wavelength.js';
import { DEFAULT_MATERIAL_MM } from '../../src/simulate/material-label.js';

/** A generated file in its two forms. */
export interface BenchInput {
  readonly points: number;
  readonly dates: number;
  readonly csv: string;
  readonly zip: string;
}

/** What one run of a stage did. `bytes` are those of text that went through, where that says something. */
export interface StageResult {
  readonly seconds: number;
  readonly points: number;
  readonly bytes?: number;
  /** Space on disk, bytes: of the input as it is stored, of the parts of a job, and of the map. */
  readonly stored?: { readonly input: number; readonly map: number; readonly parts?: number };
}

/** Something to be timed, in a process of its own. Preparation is its own affair: `seconds` is the work alone. */
export type Stage = (input: BenchInput) => Promise<StageResult>;

export const DEFAULT_MODEL = 'default';

export const DEFAULT_SETTINGS: AnalysisSettings = {
  materialMm: DEFAULT_MATERIAL_MM,
  cycleMm: cycleMm(SENTINEL1_WAVELENGTH_MM),
  wavelengthMm: SENTINEL1_WAVELENGTH_MM,
  describe: 'none',
  repair: false,
};

/** Gives the work a new folder and removes it afterwards, with all that is in it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'groundtrend-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}
