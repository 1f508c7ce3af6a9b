import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RepairLogEntry } from '../kinematics/repair.js';
import { openRepairLog } from './repair-log.node.js';

function entry(pid: string, day = 18_262): RepairLogEntry {
  return { pid, day, cycles: -1, evidence: 12.25, neighbours: 3 };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repair-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('openRepairLog', () => {
  it('writes a line a change, names quoted as CSV wants them', async () => {
    const path = join(folder, 'map.repairs.csv');
    const log = await openRepairLog(path, { overwrite: false });
    await log.add([entry('a'), entry('b,"c"', 18_263)]);
    await log.add([]);
    await log.add([entry(' d')]);
    await log.finish();
    expect(await readFile(path, 'utf8')).toBe(
      'pid,date,cycles,evidence,neighbours\n' +
        'a,2020-01-01,-1,12.3,3\n"b,""c""",2020-01-02,-1,12.3,3\n" d",2020-01-01,-1,12.3,3\n',
    );
    expect(await readdir(folder)).toEqual(['map.repairs.csv']);
  });

  it('keeps nothing in memory: what was added is on the disk, and has no name before the end', async () => {
    const log = await openRepairLog(join(folder, 'a.csv'), { overwrite: false });
    const line = 'name-00000,2020-01-01,-1,12.3,3\n'.length;
    for (let batch = 1; batch <= 20; batch++) {
      await log.add(Array.from({ length: 1000 }, (_, i) => entry(`name-${String(i).padStart(5, '0')}`)));
      const [name, ...others] = await readdir(folder);
      expect(name).toMatch(/^\.a\.csv\..*\.tmp$/);
      expect(others).toEqual([]);
      const header = 'pid,date,cycles,evidence,neighbours\n'.length;
      expect((await stat(join(folder, name))).size).toBe(header + batch * 1000 * line);
    }
    await log.abort();
    expect(await readdir(folder)).toEqual([]);
  });

  it('says what it cannot write, and leaves nothing', async () => {
    await mkdir(join(folder, 'a.csv'));
    await expect(openRepairLog(join(folder, 'a.csv'), { overwrite: true })).rejects.toThrow(/folder/);
    await expect(openRepairLog(join(folder, 'no', 'b.csv'), { overwrite: true })).rejects.toThrow(/b\.csv/);
    expect(await readdir(folder)).toEqual(['a.csv']);
  });
});
