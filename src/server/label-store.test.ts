import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openLabelStore } from './label-store.js';

describe('openLabelStore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'label-store-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const entry = { pid: 'b', label: 'PUE', annotator: 'ann', date: '2026-01-01T00:00:00Z', note: '' };

  it('goes on where a crash cut a line off', async () => {
    const path = join(folder, 'crash.csv');
    writeFileSync(path, 'pid,label,annotator,date,note\na,Stable,ann,2026-01-01T00:00:00Z,\nb,Sta');
    const store = await openLabelStore(path);
    expect(store.entries).toHaveLength(1);
    await store.append(entry);
    await store.close();
    const again = await openLabelStore(path);
    expect(again.entries.map(({ pid, label }) => [pid, label])).toEqual([
      ['a', 'Stable'],
      ['b', 'PUE'],
    ]);
    await again.close();
  });

  it('leaves a file of another kind alone', async () => {
    const path = join(folder, 'thesis.csv');
    writeFileSync(path, 'chapter,text\n1,hello\n');
    await expect(openLabelStore(path)).rejects.toMatchObject({ code: 'input', place: { file: path } });
    expect(readFileSync(path, 'utf8')).toBe('chapter,text\n1,hello\n');
  });
});
