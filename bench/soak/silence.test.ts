import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWaits, type Waits, watchSilence } from './silence.js';

/** Seconds by `process/thread`. */
function waits(seconds: Readonly<Record<string, number>>): Waits {
  const byProcess = new Map<number, Map<string, number>>();
  for (const [name, value] of Object.entries(seconds)) {
    const [process, thread] = name.split('/');
    const threads = byProcess.get(Number(process)) ?? new Map<string, number>();
    byProcess.set(Number(process), threads.set(thread, value));
  }
  return byProcess;
}

describe('watchSilence', () => {
  const began = waits({ '1/1': 5, '1/2': 100 });

  it('calls hanging what is silent without standing in line', () => {
    const watch = watchSilence(60, 1000, began);
    expect(watch.look(1059, began)).toEqual({ seconds: 59, starvedSeconds: 0, isHanging: false });
    expect(watch.look(1061, began)).toEqual({ seconds: 61, starvedSeconds: 0, isHanging: true });
  });

  it('waits for what gets no processor, but not for ever when it does run', () => {
    const watch = watchSilence(60, 1000, began);
    const starved = waits({ '1/1': 5 + 550, '1/2': 100 + 30 });
    expect(watch.look(1600, starved)).toEqual({ seconds: 600, starvedSeconds: 550, isHanging: false });
    expect(watch.look(1620, starved)).toMatchObject({ isHanging: true });
  });

  it('adds up processes that wait for each other', () => {
    const watch = watchSilence(60, 1000, waits({ '1/1': 5, '2/9': 10 }));
    const now = waits({ '1/1': 5 + 40, '2/9': 10 + 30 });
    expect(watch.look(1100, now)).toEqual({ seconds: 100, starvedSeconds: 70, isHanging: false });
  });

  it('begins anew with every answer, and counts threads that began since', () => {
    const watch = watchSilence(60, 1000, began);
    watch.hear(1050, waits({ '1/1': 45, '1/2': 100 }));
    const now = waits({ '1/1': 46, '1/2': 100, '2/7': 3 });
    expect(watch.look(1100, now)).toEqual({ seconds: 50, starvedSeconds: 4, isHanging: false });
  });

  it('never takes more off than there was', () => {
    const watch = watchSilence(60, 1000, began);
    expect(watch.look(1010, waits({ '3/3': 500 }))).toMatchObject({ starvedSeconds: 10 });
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
      const waited = (pid: number) => after.get(pid)!.get(String(pid))! - before.get(pid)!.get(String(pid))!;
      expect(busy.reduce((sum, { pid }) => sum + waited(pid!), 0)).toBeGreaterThan(1);
      expect(waited(idle.pid!)).toBeLessThan(0.1);
    } finally {
      for (const child of [...busy, idle]) child.kill('SIGKILL');
    }
  });

  it('knows nothing of a process that is no more', () => {
    expect(readWaits([2 ** 22 + 1])).toEqual(new Map([[2 ** 22 + 1, new Map()]]));
  });
});
