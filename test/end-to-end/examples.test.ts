import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExplore } from './browser.js';
import { listExamples } from './examples.js';
import { runCli } from './run-cli.js';
import { makeStandIns } from './stand-ins.js';

/** Options that make a long example short; given last, they hold. */
const SHORTER: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^groundtrend train .*--simulate/, ['--series', '500', '--epochs', '1']],
  [/^groundtrend train /, ['--epochs', '1']],
  [/^groundtrend tune /, ['--trials', '2', '--epochs', '3']],
  [/^groundtrend evaluate .*--simulate/, ['--per-class', '20']],
  [/^groundtrend simulate .*egms-like/, ['--points', '500']],
  // Hands the job to a queue; what it would hand over is printed.
  [/^groundtrend shard slurm /, ['--dry-run']],
];

/** What is not run here, and why. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [
    /^npm (start|test|run (build|check|faults|package|docs|licences|sbom))$/,
    'what runs these tests, or has one of its own',
  ],
  [/^npm run (bench|soak)/, 'takes minutes to hours'],
  [/^(npm run build && )?node dist\/bench\//, 'a measurement of minutes; some need the real data'],
  [/^python3 bench\/peers\//, 'a rival, in Python'],
  [
    / (disp_tab\.txt|ps_plot_ts_v-do\.mat) /,
    'exports of GAMMA and StaMPS, which the tests of their readers hold',
  ],
  [/^podman /, 'needs a container engine and a registry'],
  [
    /^npm install --ignore-scripts groundtrend$/,
    'asks the registry for the published package; the tarball has its test',
  ],
  [/ \/project\//, 'paths of a cluster; the same commands stand elsewhere without them'],
];

const all = await listExamples();
const examples = all.filter(({ command }) => !ELSEWHERE.some(([pattern]) => pattern.test(command)));

describe('the examples of the documentation and of every --help', () => {
  let standIns: string;
  let server: Server;

  beforeAll(async () => {
    standIns = await mkdtemp(join(tmpdir(), 'groundtrend-stand-ins-'));
    await makeStandIns(standIns);
    const zip = await readFile(join(standIns, 'a.zip'));
    server = createServer((_, response) => response.end(zip));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await writeFile(join(standIns, 'list.txt'), `http://127.0.0.1:${port}/a.zip\n`);
  }, 300_000);

  afterAll(async () => {
    server?.close();
    await rm(standIns, { recursive: true, force: true });
  });

  it('are found', () => {
    expect(examples.length).toBeGreaterThan(60);
    const pages = new Set(all.map(({ source }) => source));
    for (const page of [
      'README.md',
      'docs/egms.md',
      'docs/hpc.md',
      'docs/own-labels.md',
      'classify --help',
    ]) {
      expect([...pages]).toContain(page);
    }
  });

  it.concurrent.each(examples)(
    '$command ($source)',
    async ({ command }) => {
      const folder = await mkdtemp(join(tmpdir(), 'groundtrend-example-'));
      try {
        execFileSync('cp', ['-r', `${standIns}/.`, folder]);
        const [program, ...args] = splitWords(command);
        expect(program).toBe('groundtrend');
        await prepare(folder, args);
        if (args[0] === 'explore') {
          const explore = await startExplore(args.slice(1), folder);
          expect(explore.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
          await explore.stop();
          return;
        }
        const shorter = SHORTER.find(([pattern]) => pattern.test(command))?.[1] ?? [];
        const run = await runCli([...args, ...shorter], folder);
        expect(run.status, `${command}\n${run.stdout}\n${run.stderr}`).toBe(0);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    180_000,
  );
});

/** What a person would have before this command: no output yet, and the map that belongs to the file named with it. */
async function prepare(folder: string, args: readonly string[]): Promise<void> {
  if (args[0] === 'explore' && args[1] === 'map.parquet') {
    await cp(join(folder, 'egms-map.parquet'), join(folder, 'map.parquet'));
  }
  const targets = args.flatMap((arg, i) =>
    /^(-o|--output|--report|--truth|--chart|--svg|--png)$/.test(arg) ? [args[i + 1]] : [],
  );
  if (args[0] === 'convert') targets.push(args[2]);
  if (args.includes('--resume') && args[0] === 'tune') return;
  for (const target of targets) await rm(join(folder, target), { recursive: true, force: true });
}

/** Words of a command line, double quotes taken off. */
function splitWords(command: string): string[] {
  return Array.from(command.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain);
}
