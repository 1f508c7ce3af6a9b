import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, withFolder } from './run-cli.js';

describe('groundtrend report', () => {
  it('writes one page that needs nothing else', async () => {
    await withFolder(async (folder) => {
      const demo = await runCli(['demo', '--output', folder]);
      expect(demo.status, demo.stderr).toBe(0);
      const output = join(folder, 'report.html');
      const areas = join(folder, 'landslides.geojson');
      const args = [
        'report',
        join(folder, 'simulated-map.parquet'),
        '--areas',
        areas,
        '-o',
        output,
        '--title',
        'A <b> & C',
      ];
      const done = await runCli(args);
      expect(done.status, done.stderr).toBe(0);
      const html = await readFile(output, 'utf8');
      expect(html).toContain('<h1>A &lt;b&gt; &amp; C</h1>');
      expect(html).toContain('4,459 points');
      expect(html).toContain('El Arrecife');
      expect(html.match(/stroke="#5b6b70"/g)?.length).toBeGreaterThanOrEqual(6);
      expect(html).toMatch(/<td>trained on<\/td><td>[\d,]+ series, most of them simulated<\/td>/);
      // The landslides are outlined and named on the map.
      expect(html.match(/class="area"/g)).toHaveLength(3);
      expect(html).not.toMatch(/-\d+\.\d+° E/);
      expect(html).not.toMatch(/<script|(?:src|href)=|NaN|undefined/);
      const again = await runCli(args);
      expect(again.status).toBe(3);
      expect(again.stderr).toContain('--overwrite');
    });
  });

  it('says what is missing', async () => {
    const { status, stderr } = await runCli(['report', 'nothing.parquet', '-o', 'x.html']);
    expect(status).toBe(3);
    expect(stderr).toContain('nothing.parquet');
    expect((await runCli(['report', 'nothing.parquet'])).status).toBe(2);
  });
});
