import { medianOf, type StageReport } from './measure.js';
import { rateOf } from './report.js';
import { MERGE_SHARDS, RUN_SHARDS } from './shard-stages.js';
import { ONE_THREAD, ZIPPED } from './writing-stages.js';

/** 32 bytes a point for the register of points. */
const REGISTER_BYTES = 32;
const TASKS = 64;

/** What jobs of so many points take, as a table; from what was measured on the largest file that has every figure. */
export function formatSizing(stages: readonly StageReport[], sizes: readonly number[]): string {
  const points = Math.max(
    ...stages.filter(({ stage }) => stage === RUN_SHARDS).map((report) => report.points),
  );
  const find = (name: string) => {
    const report = stages.find(
      (stage) => stage.stage === name && stage.points === points && stage.runs.length > 0,
    );
    if (report === undefined) throw new Error(`"${name}" was not measured: run npm run bench first.`);
    return report;
  };
  const [shardRun, merge, zipped] = [find(RUN_SHARDS), find(MERGE_SHARDS), find(ZIPPED)];
  const perPoint = (bytes: number) => bytes / points;
  const { map, parts } = shardRun.runs[0].stored!;
  const bytes = { zip: perPoint(zipped.runs[0].stored!.input), parts: perPoint(parts!), map: perPoint(map) };
  const taskBytes = medianOf(shardRun.runs.map(({ peakBytes }) => peakBytes!));
  const [runRate, mergeRate, oneRate] = [rateOf(shardRun)!, rateOf(merge)!, rateOf(find(ONE_THREAD))!];
  return [
    `Of ${points} points, as measured: ${Math.round(oneRate)} points a second with one thread, ${Math.round(runRate)} in shards,`,
    `${Math.round(mergeRate)} merging; ${Math.round(bytes.zip)} bytes a point zipped, ${Math.round(bytes.parts)} in parts, ${Math.round(bytes.map)} in the map;`,
    `${Math.round(taskBytes / 1e6)} MB a task.`,
    '',
    `| points | core hours | hours with ${TASKS} tasks | merging in one, hours | memory a task | memory of one merge | input (ZIP) | parts | map |`,
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...sizes.map((count) => {
      const coreHours = count / runRate / 3600;
      return `| ${[
        count.toLocaleString('en-GB'),
        formatAmount(coreHours),
        formatAmount(coreHours / TASKS),
        formatAmount(count / mergeRate / 3600),
        formatBytes(taskBytes),
        formatBytes(taskBytes + count * REGISTER_BYTES),
        ...[bytes.zip, bytes.parts, bytes.map].map((each) => formatBytes(each * count)),
      ].join(' | ')} |`;
    }),
  ].join('\n');
}

function formatAmount(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString('en-GB') : value.toPrecision(2);
}

function formatBytes(bytes: number): string {
  const units = ['MB', 'GB', 'TB'];
  let value = bytes / 1e6;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${formatAmount(value)} ${units[unit]}`;
}
