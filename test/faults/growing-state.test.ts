import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { parseLabelLog } from '../../src/evaluate/label-log.js';
import { createRandom } from '../../src/random.js';
import { CLI_PATH, withFolder } from '../end-to-end/run-cli.js';
import { writeTable } from '../end-to-end/shard-job.js';
import { KILLS } from './kill-count.js';
import { runProgram } from './killed-run.js';

const KILLS_EACH = Math.max(2, Math.ceil(KILLS / 12));

it(
  'keeps every label that was confirmed when the page’s server is killed',
  () =>
    withFolder(async (folder) => {
      await writeTable(join(folder, 'points.csv'), 200, 'p');
      const made = await runProgram(['classify', 'points.csv', '-o', 'map.parquet'], { cwd: folder });
      expect(made.status, made.stderr).toBe(0);
      const random = createRandom('labels');
      const confirmed: string[] = [];
      for (let kill = 0; kill < KILLS_EACH; kill++) {
        const server = spawn(process.execPath, [CLI_PATH, 'explore', 'map.parquet'], { cwd: folder });
        const [address] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
        const timer = setTimeout(() => server.kill('SIGKILL'), 300 * random.uniform());
        for (let sent = confirmed.length; ; sent++) {
          const body = JSON.stringify({
            pid: `p${sent % 200}`,
            label: 'Linear',
            annotator: 'Ann',
            note: String(sent),
          });
          const answer = await fetch(`${address.trim()}labels`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          }).catch(() => undefined);
          if (answer?.status !== 200) break;
          confirmed.push(String(sent));
        }
        clearTimeout(timer);
        if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
        const log = parseLabelLog(
          await readFile(join(folder, 'map.labels.csv'), 'utf8').catch(() => ''),
          'log',
        );
        const notes = log.map(({ note }) => note);
        expect(notes.slice(0, confirmed.length)).toEqual(confirmed);
        // One more may have reached the disk before its answer was sent.
        expect(notes.length).toBeLessThanOrEqual(confirmed.length + 1);
        confirmed.splice(0, confirmed.length, ...notes);
      }
      expect(confirmed.length).toBeGreaterThan(KILLS_EACH);
    }),
  60_000 * KILLS_EACH,
);

it(
  'fetches on after a kill, and never joins bytes of two versions',
  () =>
    withFolder(async (folder) => {
      const random = createRandom('fetch');
      const bytes = (size: number) => Uint8Array.from({ length: size }, () => random.integer(256));
      let files: Record<string, Uint8Array> = {};
      let version = 0;
      const server = createServer(async (request, response) => {
        const whole = files[request.url!.slice(1)];
        const tag = `"v${version}"`;
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        const goesOn = from > 0 && from < whole.length && (request.headers['if-range'] ?? tag) === tag;
        const start = goesOn ? from : 0;
        response.writeHead(goesOn ? 206 : 200, {
          etag: tag,
          'content-length': whole.length - start,
          ...(goesOn ? { 'content-range': `bytes ${start}-${whole.length - 1}/${whole.length}` } : {}),
        });
        for (let at = start; at < whole.length && !response.destroyed; at += 20_000) {
          response.write(whole.subarray(at, at + 20_000));
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
        response.end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      try {
        for (let kill = 0; kill < KILLS_EACH; kill++) {
          const target = `downloads-${kill}`;
          files = { 'a.zip': zipSync({ 'a.csv': bytes(400_000) }, { level: 0 }), 'b.csv': bytes(400_000) };
          await writeFile(join(folder, 'list.txt'), `${host}/a.zip\n${host}/b.csv\n`);
          const args = ['fetch', 'list.txt', '--output', target];
          await runProgram(args, { cwd: folder, kill: { afterMs: 250 + 700 * random.uniform() } });
          // Every other time the server has a new version meanwhile.
          if (kill % 2 === 1) {
            version++;
            const done = await readdir(join(folder, target)).catch((): string[] => []);
            if (!done.includes('b.csv')) files['b.csv'] = bytes(400_000);
          }
          const again = await runProgram(args, { cwd: folder });
          expect(again.status, again.stderr + again.stdout).toBe(0);
          expect((await readdir(join(folder, target))).sort()).toEqual(['a.zip', 'b.csv']);
          for (const [name, content] of Object.entries(files)) {
            const got = await readFile(join(folder, target, name));
            expect(Buffer.compare(got, Buffer.from(content)), `${name} after kill ${kill}`).toBe(0);
          }
        }
      } finally {
        server.closeAllConnections();
        server.close();
      }
    }),
  60_000 * KILLS_EACH,
);

it('sweeps up only after processes that are gone', () =>
  withFolder(async (folder) => {
    await writeTable(join(folder, 'points.csv'), 50, 'p');
    const args = ['convert', 'points.csv', 'out.csv', '--overwrite'];
    const { createTemporaryName } = await import('../../src/write/temporary-name.node.js');
    const living = createTemporaryName('out.csv');
    // The largest process number that Linux gives is 4,194,304.
    const gone = living.replace(`-${process.pid}-`, '-5000000-');
    const elsewhere = living
      .replace(/^\.out\.csv\.[^-]*/, '.out.csv.other')
      .replace(`-${process.pid}-`, '-5000000-');
    const foreign = living.replace('out.csv', 'other.csv').replace(`-${process.pid}-`, '-5000000-');
    for (const name of [living, gone, `${gone}.wide`, elsewhere, foreign])
      await writeFile(join(folder, name), '');
    await mkdir(join(folder, gone.replace(/\.tmp$/, '.tmp.old').replace('out.csv', 'kept')));
    expect((await runProgram(args, { cwd: folder })).status).toBe(0);
    const left = (await readdir(folder)).sort();
    expect(left).toEqual(
      [
        living,
        elsewhere,
        foreign,
        gone.replace(/\.tmp$/, '.tmp.old').replace('out.csv', 'kept'),
        'out.csv',
        'points.csv',
      ].sort(),
    );
  }));
