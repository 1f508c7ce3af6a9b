/**
 * Times every stage and the whole, and writes bench/README.md and bench/results.json:
 *
 *     npm run bench                                    10,000 and 100,000 points, three runs
 *     npm run bench -- --points 1000000 --runs 1       a million points (1.5 GB)
 *     npm run bench -- --quick                         10,000 points, one run, nothing written
 *     npm run bench -- --only whole,scanner            stages whose name holds one of these; nothing written
 *
 * GROUNDTREND_PYTHON names the Python of the rivals where it is not python3 (Debian's torch: /usr/bin/python3).
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepareInput } from './speed/inputs.js';
import { measure, medianOf, type StageReport } from './speed/measure.js';
import { listPrograms } from './speed/programs.js';
import { formatReport, rateOf } from './speed/report.js';

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '10000,100000' },
    dates: { type: 'string', default: '300' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
  },
});
const sizes = values.quick ? [10_000] : values.points.split(',').map(Number);
const runs = values.quick ? 1 : Number(values.runs);
const wanted = values.only.split(',');

const stages: StageReport[] = [];
for (const points of sizes) {
  for (const dates of values.dates.split(',').map(Number)) {
    process.stderr.write(`preparing ${points} points x ${dates} dates ...\n`);
    const input = await prepareInput(points, dates);
    for (const program of listPrograms(input)) {
      if (!wanted.some((part) => program.stage.includes(part))) continue;
      const report = await measure(program, input, runs);
      stages.push(report);
      process.stderr.write(`${program.stage}: ${describe(report)}\n`);
    }
  }
}

const report = {
  machine: `${cpus().length} x ${cpus()[0].model.trim()}`,
  node: process.versions.node,
  date: new Date().toISOString().slice(0, 10),
  stages,
};
const markdown = formatReport(report);
process.stdout.write(markdown);
if (!values.quick && values.only === '') {
  // From dist/bench back to the sources.
  const folder = fileURLToPath(new URL('../../bench/', import.meta.url));
  await writeFile(`${folder}README.md`, markdown);
  await writeFile(`${folder}results.json`, `${JSON.stringify(report, null, 1)}\n`);
}

function describe(stage: StageReport): string {
  if (stage.runs.length === 0) return `absent (${stage.absent})`;
  const seconds = medianOf(stage.runs.map((run) => run.seconds)).toFixed(2);
  return `${Math.round(rateOf(stage)!).toLocaleString('en-GB')} points/s, ${seconds} s`;
}
