import { extname } from 'node:path';
import type { RepairLogEntry } from '../kinematics/repair.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import type { ResultWriter } from '../series/result-table.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { openWriter } from '../write/open-writer.node.js';
import type { OutputOptions } from '../write/output-file.node.js';
import type { BatchAnalysis } from './analysis.js';
import { openRepairLog } from './repair-log.node.js';

/** How much was put right in a file, and where it is written down. */
export interface RepairSummary {
  readonly points: number;
  readonly jumps: number;
  /** Points with a step of part of a cycle, which is told and left. */
  readonly subCycleSteps: number;
  readonly files: readonly string[];
}

/** What repairs changed in a batch, and in which points. */
export interface RepairRecord {
  readonly log: readonly RepairLogEntry[];
  /** Points with a step of part of a cycle, which is told and left. */
  readonly subCycleSteps: number;
  /** The points that were put right. */
  readonly pids: readonly string[];
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
  readonly classes: readonly string[];
  readonly classesAfter: readonly string[];
  /** Row-major, a row a point. */
  readonly corrected: Float32Array;
}

/** Takes down what repairs changed, batch after batch; `finish` may say what it came to. */
export interface RepairSink {
  add(record: RepairRecord): Promise<void>;
  finish(): Promise<RepairSummary | undefined>;
}

/** `undefined` where repairs were not asked for. */
export function recordRepairs(
  batch: SeriesBatch,
  { codes, repair }: BatchAnalysis,
  classes: readonly string[],
): RepairRecord | undefined {
  if (repair === undefined) return undefined;
  const { points, log, subCycleSteps, corrected } = repair;
  return {
    log,
    subCycleSteps,
    pids: Array.from(points, (point) => batch.pids[point]),
    longitude: Float64Array.from(points, (point) => batch.longitude[point]),
    latitude: Float64Array.from(points, (point) => batch.latitude[point]),
    classes: Array.from(points, (point) => classes[codes[point]]),
    classesAfter: Array.from(repair.codes, (code) => classes[code]),
    corrected,
  };
}

/** Writes down what repairs changed, beside the first output of a map. */
export interface RepairOutputs extends RepairSink {
  finish(): Promise<RepairSummary>;
  abort(): Promise<void>;
}

/**
 * Opens the log (`map.parquet` -> `map.repairs.csv`, a line a change) and, where there is an axis, a table of the
 * corrected series (`map.repaired.parquet`); the map itself keeps the series as they were.
 */
export async function openRepairOutputs(
  firstOutput: string,
  axis: EpochAxis | undefined,
  options: OutputOptions,
): Promise<RepairOutputs> {
  const ending = extname(firstOutput);
  const stem = firstOutput.slice(0, firstOutput.length - ending.length);
  const logPath = `${stem}.repairs.csv`;
  const seriesPath = `${stem}.repaired${ending}`;
  let points = 0;
  let jumps = 0;
  let subCycleSteps = 0;
  const log = await openRepairLog(logPath, options);
  const writer = axis && (await openSeriesWriter());

  /** Opens the table of series, or gives up the log's name too. */
  async function openSeriesWriter(): Promise<ResultWriter> {
    try {
      return await openWriter(seriesPath, repairedSchema(axis!), options);
    } catch (error) {
      await log.abort();
      throw error;
    }
  }

  return {
    async add({ pids, longitude, latitude, classes, classesAfter, corrected, ...record }) {
      await log.add(record.log);
      jumps += record.log.length;
      points += pids.length;
      subCycleSteps += record.subCycleSteps;
      if (pids.length === 0) return;
      await writer?.write({
        count: pids.length,
        longitude,
        latitude,
        columns: [pids, classes, classesAfter],
        displacements: corrected,
      });
    },
    async finish() {
      await writer?.finish();
      await log.finish();
      const files = writer ? [logPath, seriesPath] : [logPath];
      return { points, jumps, subCycleSteps, files };
    },
    async abort() {
      await writer?.abort();
      await log.abort();
    },
  };
}

function repairedSchema(axis: EpochAxis) {
  return {
    layer: 'groundtrend_repaired',
    fields: [
      { name: 'pid', type: 'text', description: 'identifier of the point' },
      { name: 'class', type: 'text', description: 'trend of the series as it was' },
      { name: 'class_repaired', type: 'text', description: 'trend of the corrected series, which follows' },
    ],
    series: axis,
    metadata: {},
  } as const;
}
