import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { runCli, withFolder } from './run-cli.js';
import { placeOf, regularDates, writeSimulated } from './simulated-table.js';

const TOKEN = 'sEcReT0123456789';

type Answer = (request: IncomingMessage, response: ServerResponse, visit: number) => void;

async function withServer<T>(answer: Answer, action: (base: string) => Promise<T>): Promise<T> {
  const visits = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://here').pathname;
    const visit = (visits.get(path) ?? 0) + 1;
    visits.set(path, visit);
    answer(request, response, visit);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await action(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function readEverything(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const texts: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) texts.push(name, await readFile(path, 'latin1'));
  }
  return texts.join('\n');
}

describe('inputs that are http addresses', () => {
  it('are fetched past a busy server and a broken connection, and keep their token', async () => {
    const points = Array.from({ length: 24 }, (_, i) => ({
      pid: `P${i}`,
      ...placeOf(i),
      motion: (_epoch: number, years: number) => -i * years,
    }));
    const archive = await withFolder(async (folder) => {
      const table = await writeSimulated(folder, regularDates(80), points);
      return Buffer.from(zipSync({ 'points.csv': await readFile(table) }, { level: 0 }));
    });
    const ranges: (string | undefined)[] = [];
    const answer: Answer = (request, response, visit) => {
      ranges.push(request.headers.range);
      if (!request.url?.includes(`id=${TOKEN}`)) response.writeHead(401).end();
      else if (visit === 1) response.writeHead(429, { 'retry-after': '0.05' }).end();
      else if (visit === 2) {
        response.writeHead(200, { 'content-length': archive.length, etag: '"v1"' });
        response.write(archive.subarray(0, 900), () => setTimeout(() => response.destroy(), 30));
      } else {
        const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
        response.writeHead(206, {
          'content-range': `bytes ${start}-${archive.length - 1}/${archive.length}`,
          etag: '"v1"',
        });
        response.end(archive.subarray(start));
      }
    };
    await withServer(answer, (base) =>
      withFolder(async (folder) => {
        const address = `${base}/points.zip?id=${TOKEN}`;
        const more = ['-o', 'map.csv', '-o', 'map.parquet', '-o', 'map.gpkg', '--json'];
        const { status, stdout, stderr } = await runCli(['classify', address, ...more], folder);
        expect([status, stderr]).toEqual([0, expect.anything()]);
        expect(JSON.parse(stdout)).toMatchObject({ points: 24 });
        expect(ranges).toEqual([undefined, undefined, expect.stringMatching(/^bytes=\d+-$/)]);
        expect(await readFile(join(folder, 'downloads/points.zip'))).toEqual(archive);
        expect(`${stdout}${stderr}${await readEverything(folder)}`).not.toContain(TOKEN);
        // What is here and whole is not fetched again.
        const again = await runCli(['inspect', address], folder);
        expect(again.stdout).toContain('points      24');
        expect(ranges).toHaveLength(3);
      }),
    );
  });

  it('that are refused end the command, named without their token', async () => {
    const refuse: Answer = (_, response) => response.writeHead(403).end();
    await withServer(refuse, (base) =>
      withFolder(async (folder) => {
        for (const command of ['classify', 'convert', 'inspect']) {
          const outputs = { classify: ['-o', 'map.csv'], convert: ['map.csv'], inspect: [] }[command]!;
          const { status, stdout, stderr } = await runCli(
            [command, `${base}/old.zip?id=${TOKEN}`, ...outputs],
            folder,
          );
          expect([command, status]).toEqual([command, 3]);
          expect(stderr).toMatch(/old\.zip \(the server refuses \(403\): the list may have expired/);
          expect(`${stdout}${stderr}`).not.toContain(TOKEN);
        }
        expect(await readEverything(folder)).not.toContain(TOKEN);
        expect(await readdir(folder)).toEqual(['downloads']);
      }),
    );
  });
});
