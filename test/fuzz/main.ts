import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Finding, runTarget, type TargetResult } from './campaign.js';
import { inputOf } from './input-seed.js';
import { TARGETS } from './targets.js';

const HELP = `Tries damaged and hostile inputs on everything that takes bytes from elsewhere.

Usage: npm run fuzz -- [options]

  --inputs N     inputs in all, shared among the targets (default 100000)
  --seed N       other inputs; the same seed gives the same ones (default 1)
  --only TARGET  one target alone: ${TARGETS.map(({ name }) => name).join(', ')}
  --input N      one input alone, to look at a finding again (with --only and --seed)
  --jobs N       processes at a time (default 2)
  --help         this text

Examples:
  npm run fuzz
  npm run fuzz -- --only shapefile --inputs 20000 --seed 7
  npm run fuzz -- --only shapefile --seed 7 --input 1234
`;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    input: { type: 'string' },
    jobs: { type: 'string', default: String(Math.min(2, cpus().length)) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
// A target that was prepared to show a finding, such as a server, would hold the process open.
else process.exit(await run());

async function run(): Promise<number> {
  const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
  if (targets.length === 0) {
    process.stderr.write(`There is no target ${values.only}.\n${HELP}`);
    return 2;
  }
  const seed = Number(values.seed);
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  const started = performance.now();
  const queue = targets.map(({ name, share }) => {
    const count = Math.ceil((Number(values.inputs) * share) / shares);
    return values.input === undefined
      ? { name, from: 0, to: count }
      : { name, from: Number(values.input), to: Number(values.input) + 1 };
  });
  const results: TargetResult[] = [];
  process.stdout.write('target               inputs  accepted   refused   inputs/s  findings\n');
  await Promise.all(
    Array.from({ length: Number(values.jobs) }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const result = await runTarget(next.name, next.from, next.to, { seed });
        results.push(result);
        process.stdout.write(formatResult(result));
        for (const finding of result.findings) process.stderr.write(await describeFinding(finding, seed));
      }
    }),
  );
  const total = (pick: (result: TargetResult) => number) => results.reduce((sum, one) => sum + pick(one), 0);
  const seconds = (performance.now() - started) / 1000;
  const findings = results.flatMap((result) => result.findings);
  process.stdout.write(
    formatResult({
      target: 'all',
      inputs: total(({ inputs }) => inputs),
      accepted: total(({ accepted }) => accepted),
      refused: total(({ refused }) => refused),
      seconds,
      findings,
    }),
  );
  process.stdout.write(`seed ${seed}, ${seconds.toFixed(0)} s, Node ${process.versions.node}\n`);
  return findings.length === 0 ? 0 : 1;
}

function formatResult({ target, inputs, accepted, refused, seconds, findings }: TargetResult): string {
  const cells = [inputs, accepted, refused, Math.round(inputs / seconds), findings.length];
  const [first, ...others] = cells.map((cell) => cell.toLocaleString('en'));
  return `${target.padEnd(18)} ${first.padStart(8)} ${others.map((cell) => cell.padStart(9)).join(' ')}\n`;
}

/** What was found, how to see it again, and where its files were put. */
async function describeFinding({ target, index, what }: Finding, seed: number): Promise<string> {
  const { inputs } = await TARGETS.find(({ name }) => name === target)!.prepare();
  const { files, settings } = inputOf(inputs, target, seed, index);
  const folder = join(tmpdir(), 'groundtrend-findings', `${target}-${seed}-${index}`);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  if (settings !== undefined) await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
  return `\n--only ${target} --seed ${seed} --input ${index}: ${what}\n  written to ${folder}\n`;
}
