import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWaits, watchSilence } from './silence.js';

describe('watchSilence', () => {
  const began = new Map([
    ['1/1', 5],
    ['1/2', 100],
  ]);

  it('calls hanging what is silent without standing in line', () => {
    const watch = watchSilence(60, 1000, began);
    expect(watch.look(1059, began)).toEqual({ seconds: 59, starvedSeconds: 0, isHanging: false });
    expect(watch.look(1061, began)).toEqual({ seconds: 61, starvedSeconds: 0, isHanging: true });
  });

  it('waits for what gets no processor, but not for ever when it does run', () => {
    const watch = watchSilence(60, 1000, began);
    const starved = new Map([...began, ['1/1', 5 + 550]]);
    expect(watch.look(1600, starved)).toEqual({ seconds: 600, starvedSeconds: 550, isHanging: false });
    expect(watch.look(1620, starved)).toMatchObject({ isHanging: true });
  });

  it('begins anew with every answer, and counts threads that began since', () => {
    const watch = watchSilence(60, 1000, began);
    watch.hear(1050, new Map([...began, ['1/1', 45]]));
    const now = new Map([...began, ['1/1', 46], ['2/7', 3]]);
    expect(watch.look(1100, now)).toEqual({ seconds: 50, starvedSeconds: 3, isHanging: false });
  });

  it('never takes more off than there was', () => {
    const watch = watchSilence(60, 1000, began);
    expect(watch.look(1010, new Map([['3/3', 500]]))).toMatchObject({ starvedSeconds: 10 });
  });
});

describe.skipIf(!existsSync('/proc/self/schedstat'))('readWaits', () => {
  it('sees that three busy processes on one processor wait for it, and an idle one does not', async () => {
    const spin = () => spawn('taskset', ['-c', '0', process.execPath, '-e', 'for(;;);'], { stdio: 'ignore' });
    const idle = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
    const busy = [spin(), spin(), spin()];
    try {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const before = readWaits([...busy, idle].map(({ pid }) => pid!));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const after = readWaits([...busy, idle].map(({ pid }) => pid!));
      const waited = (pid: number) => after.get(`${pid}/${pid}`)! - before.get(`${pid}/${pid}`)!;
      expect(busy.reduce((sum, { pid }) => sum + waited(pid!), 0)).toBeGreaterThan(1);
      expect(waited(idle.pid!)).toBeLessThan(0.1);
    } finally {
      for (const child of [...busy, idle]) child.kill('SIGKILL');
    }
  });

  it('knows nothing of a process that is no more', () => {
    expect(readWaits([2 ** 22 + 1]).size).toBe(0);
  });
});
