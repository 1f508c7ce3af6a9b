/**
 * Times every stage and the whole, and writes bench/README.md and bench/results.json:
 *
 *     npm run bench                                    10,000 and 100,000 points, three runs; a million, one run but
 *                                                      for the stages that aims are about
 *     npm run bench -- --points 100000 --runs 5        one size, more runs
 *     npm run bench -- --quick                         10,000 points, one run, nothing written
 *     npm run bench -- --only whole,scanner            stages whose name holds one of these; nothing written
 *     npm run bench -- --sizing --series 1e10          what a job of so many points takes, from bench/results.json
 *
 * The files (a million points are 1.6 GB) are made in the system's temporary folder and removed at the end; --keep
 * leaves them for the next time.
 *
 * GROUNDTREND_PYTHON names the Pythons of the rivals, one or several as in PATH; each rival runs with the first that has
 * its libraries (numpy, pandas, torch, duckdb, ruptures). Without it they are python3 and /usr/bin/python3.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepareInput, removeInput } from './speed/inputs.js';
import { measure, medianOf, type StageReport } from './speed/measure.js';
import { listPrograms } from './speed/programs.js';
import { type BenchReport, formatReport, rateOf } from './speed/report.js';
import { formatSizing } from './speed/sizing.js';
import { AIMED_STAGES, GROWTH_DATES, GROWTH_POINTS, GROWTH_STAGE } from './speed/verdict.js';

/** From here on one run has to do for most stages. */
const MANY_POINTS = 1_000_000;
/** From dist/bench back to the sources. */
const FOLDER = fileURLToPath(new URL('../../bench/', import.meta.url));

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '10000,100000,1000000' },
    dates: { type: 'string', default: '300' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    sizing: { type: 'boolean', default: false },
    series: { type: 'string', default: '1e5,1e7,1e10' },
  },
});

if (values.sizing) {
  const report = JSON.parse(await readFile(`${FOLDER}results.json`, 'utf8')) as BenchReport;
  process.stdout.write(`${formatSizing(report.stages, values.series.split(',').map(Number))}\n`);
} else {
  await runBenchmark();
}

async function runBenchmark(): Promise<void> {
  const sizes = values.quick ? [10_000] : values.points.split(',').map(Number);
  const isPartial = values.quick || values.only !== '';
  const stages: StageReport[] = [];
  for (const points of sizes) {
    for (const dates of values.dates.split(',').map(Number)) {
      stages.push(...(await runStages(points, dates, values.only.split(','))));
    }
    // After every size, so that a run that is broken off leaves what it found.
    if (!isPartial) await writeReport(stages);
  }
  if (!isPartial) {
    for (const dates of GROWTH_DATES) stages.push(...(await runStages(GROWTH_POINTS, dates, [GROWTH_STAGE])));
    await writeReport(stages);
  }
  process.stdout.write(formatReport(reportOf(stages)));
}

function reportOf(stages: readonly StageReport[]): BenchReport {
  return {
    machine: `${cpus().length} x ${cpus()[0].model.trim()}`,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
    stages,
  };
}

async function writeReport(stages: readonly StageReport[]): Promise<void> {
  const report = reportOf(stages);
  await writeFile(`${FOLDER}README.md`, formatReport(report));
  await writeFile(`${FOLDER}results.json`, `${JSON.stringify(report, null, 1)}\n`);
}

async function runStages(points: number, dates: number, wanted: readonly string[]): Promise<StageReport[]> {
  process.stderr.write(`preparing ${points} points x ${dates} dates ...\n`);
  const input = await prepareInput(points, dates);
  const stages: StageReport[] = [];
  for (const program of listPrograms(input)) {
    if (!wanted.some((part) => program.stage.includes(part))) continue;
    const isOnce = values.quick || (points >= MANY_POINTS && !AIMED_STAGES.has(program.stage));
    const report = await measure(program, input, isOnce ? 1 : Number(values.runs));
    stages.push(report);
    process.stderr.write(`${program.stage}: ${describe(report)}\n`);
  }
  if (!values.keep) await removeInput(input);
  return stages;
}

function describe(stage: StageReport): string {
  if (stage.runs.length === 0) return `absent (${stage.absent})`;
  const seconds = medianOf(stage.runs.map((run) => run.seconds)).toFixed(2);
  return `${Math.round(rateOf(stage)!).toLocaleString('en-GB')} points/s, ${seconds} s`;
}
