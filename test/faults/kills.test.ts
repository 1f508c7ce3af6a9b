import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { TREND_CLASSES } from '../../src/series/trend-class.js';
import { writeTable } from '../end-to-end/shard-job.js';
import { KILLS } from './kill-count.js';
import { COUNTED, type KillMoment, measureRun, runProgram } from './killed-run.js';
import { SCENARIOS, type Scenario } from './scenarios.js';

const POINTS = 1500;
const OLD = 'the old file';
const KILLS_PER_SCENARIO = Math.max(1, Math.ceil(KILLS / SCENARIOS.length));

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundtrend-kills-'));
  const inputs = join(root, 'inputs');
  await mkdir(inputs);
  await writeTable(join(inputs, 'points.csv'), POINTS, 'p');
  await writeTable(join(inputs, 'more.csv'), POINTS, 'm');
  const labels = Array.from({ length: 300 }, (_, i) => `p${i},${TREND_CLASSES[i % TREND_CLASSES.length]}`);
  await writeFile(join(inputs, 'labels.csv'), `${['pid,label', ...labels].join('\n')}\n`);
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe(`a process killed at any moment (${KILLS_PER_SCENARIO} times a command; npm run faults kills more)`, () => {
  for (const scenario of SCENARIOS) {
    it(
      `leaves the old, the new, or something to go on with: ${scenario.name}`,
      async () => {
        const { template, reference, calls, ms } = await prepare(scenario);
        for (let kill = 0; kill < KILLS_PER_SCENARIO; kill++) {
          const random = createRandom(`${scenario.name}, kill ${kill}`);
          const moment: KillMoment =
            kill % 3 === 2 ? { afterMs: random.uniform() * ms } : { atCall: 1 + random.integer(calls) };
          const hasOld = scenario.command.includes('--overwrite') && random.uniform() < 0.5;
          await killOnce(scenario, moment, hasOld, template, reference);
        }
      },
      60_000 * (1 + KILLS_PER_SCENARIO),
    );
  }
});

/** A folder to begin from, and one in which nobody killed anything. */
async function prepare(scenario: Scenario) {
  const template = await mkdtemp(join(root, 'template-'));
  await cp(join(root, 'inputs'), template, { recursive: true });
  for (const args of scenario.before ?? []) {
    const run = await runProgram(args, { cwd: template });
    expect(run.status, run.stderr).toBe(0);
  }
  const reference = await mkdtemp(join(root, 'reference-'));
  await cp(template, reference, { recursive: true });
  const { run, calls, ms } = await measureRun(scenario.command, reference);
  expect(run.status, run.stderr).toBe(0);
  return { template, reference, calls, ms };
}

async function killOnce(
  scenario: Scenario,
  moment: KillMoment,
  hasOld: boolean,
  template: string,
  reference: string,
): Promise<void> {
  const folder = await mkdtemp(join(root, 'killed-'));
  await cp(template, folder, { recursive: true });
  if (hasOld) await putOld(scenario, folder);
  const what = `${scenario.name}, killed ${JSON.stringify(moment)}${hasOld ? ', over old files' : ''}`;

  const killed = await runProgram(scenario.command, { cwd: folder, kill: moment, nodeArgs: COUNTED });
  // A run that was faster than its killer has simply ended.
  expect(killed.signal ?? killed.status, `${what}\n${killed.stderr}`).toBe(killed.signal ? 'SIGKILL' : 0);
  await checkKilled(scenario, folder, reference, hasOld, what);

  const args = scenario.again(folder);
  const again = await runProgram(args, { cwd: folder });
  expect(again.status, `${what}, then ${args.join(' ')}\n${again.stderr}`).toBe(0);
  const files = await listFiles(folder);
  expect(files, what).toEqual(await listFiles(reference));
  for (const file of files) {
    expect((await read(folder, file)) === (await read(reference, file)), `${what}: ${file}`).toBe(true);
  }
  await rm(folder, { recursive: true, force: true });
}

async function putOld({ outputs, outputFolder }: Scenario, folder: string): Promise<void> {
  const files = outputFolder === undefined ? outputs : [join(outputFolder, 'old.txt')];
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), OLD);
  }
}

/** What may be seen in the moment after the kill. */
async function checkKilled(
  scenario: Scenario,
  folder: string,
  reference: string,
  hasOld: boolean,
  what: string,
): Promise<void> {
  const { outputs, outputFolder, log, isOne } = scenario;
  if (outputFolder !== undefined) {
    const seen = await listFiles(join(folder, outputFolder)).catch(() => undefined);
    const whole = await listFiles(join(reference, outputFolder));
    const aside = (await readdir(folder)).some((name) => name.endsWith('.tmp.old'));
    expect([whole, hasOld && !aside ? ['old.txt'] : undefined, undefined], what).toContainEqual(seen);
    if (hasOld && seen === undefined) expect(aside, what).toBe(true);
    return;
  }
  const ages: string[] = [];
  for (const file of outputs) {
    const text = await read(folder, file);
    const isNew = text === (await read(reference, file));
    const isPart = file === log && text !== undefined && (await isBeginning(text, reference, file));
    ages.push(text === undefined ? 'missing' : isNew || isPart ? 'new' : text === OLD ? 'old' : 'broken');
  }
  const described = `${what}: ${outputs.map((file, i) => `${file} ${ages[i]}`).join(', ')}`;
  expect(ages, described).not.toContain('broken');
  if (!hasOld) expect(ages, described).not.toContain('old');
  if (isOne) {
    const main = ages[ages.length - 1];
    if (main !== 'missing') expect(new Set(ages).size, described).toBe(1);
  } else if (hasOld) expect(ages, described).not.toContain('missing');
}

async function isBeginning(text: string, reference: string, file: string): Promise<boolean> {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return (await read(reference, file))!.startsWith(whole);
}

/** The bytes of a file as text, without what differs from run to run: times and memory in records. */
async function read(folder: string, file: string): Promise<string | undefined> {
  const bytes = await readFile(join(folder, file)).catch(() => undefined);
  if (bytes === undefined || !/\.jsonl?$/.test(file)) return bytes?.toString('latin1');
  return bytes.toString('utf8').replaceAll(/"(seconds|peakMemoryBytes)":[\d.e-]+/g, '"$1":0');
}

async function listFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files: string[] = [];
  for (const name of names) if ((await stat(join(folder, name))).isFile()) files.push(name);
  return files.sort();
}
