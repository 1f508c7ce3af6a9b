import { readdirSync, readFileSync } from 'node:fs';

/** Seconds that every thread has spent ready to run without a processor, by process and thread. */
export type Waits = ReadonlyMap<string, number>;

export interface Silence {
  /** Since the last answer. */
  readonly seconds: number;
  /** Of these, how long one thread at least stood in line for a processor. */
  readonly starvedSeconds: number;
  /** The rest, in which an answer could have been given, is longer than allowed. */
  readonly isHanging: boolean;
}

export interface SilenceWatch {
  /** The page answered. */
  hear(seconds: number, waits: Waits): void;
  look(seconds: number, waits: Waits): Silence;
}

/**
 * Tells a browser that hangs from one that gets no processor on a busy machine: time in which one of its threads stands
 * in line is not held against it. A page that computes without an end runs, one that is deadlocked stands in no line: both
 * use up the `mostSeconds`, however slow the machine.
 */
export function watchSilence(mostSeconds: number, start: number, waits: Waits): SilenceWatch {
  let lastAnswer = start;
  let waitsThen = waits;
  return {
    hear(seconds, waitsNow) {
      lastAnswer = seconds;
      waitsThen = waitsNow;
    },
    look(now, waitsNow) {
      const seconds = now - lastAnswer;
      let starved = 0;
      for (const [thread, wait] of waitsNow) starved = Math.max(starved, wait - (waitsThen.get(thread) ?? 0));
      const starvedSeconds = Math.min(seconds, starved);
      return { seconds, starvedSeconds, isHanging: seconds - starvedSeconds > mostSeconds };
    },
  };
}

/** What Linux knows of the threads of these processes (`/proc/<process>/task/<thread>/schedstat`); nothing elsewhere. */
export function readWaits(processes: readonly number[]): Waits {
  const waits = new Map<string, number>();
  for (const process of processes) {
    for (const thread of listThreads(process)) {
      const seconds = readWait(`/proc/${process}/task/${thread}/schedstat`);
      if (seconds !== undefined) waits.set(`${process}/${thread}`, seconds);
    }
  }
  return waits;
}

function listThreads(process: number): string[] {
  try {
    return readdirSync(`/proc/${process}/task`);
  } catch {
    return [];
  }
}

/** A thread may end between being listed and being read. */
function readWait(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8').split(' ')[1]) / 1e9;
  } catch {
    return undefined;
  }
}
