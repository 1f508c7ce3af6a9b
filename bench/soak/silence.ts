import { readdirSync, readFileSync } from 'node:fs';

/** Seconds that threads have spent ready to run without a processor, by process and thread. */
export type Waits = ReadonlyMap<number, ReadonlyMap<string, number>>;

export interface Silence {
  /** Since the last answer. */
  readonly seconds: number;
  /** Of these, how long the processes that the answer needs stood in line for a processor. */
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
 * Tells what hangs from what gets no processor on a busy machine: time that its processes stand in line, each as long as
 * the thread that stands longest, is not held against it. What computes without an end runs, what is deadlocked stands
 * in no line: both use up the `mostSeconds`.
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
      for (const [process, threads] of waitsNow) starved += longestWait(threads, waitsThen.get(process));
      const starvedSeconds = Math.min(seconds, starved);
      return { seconds, starvedSeconds, isHanging: seconds - starvedSeconds > mostSeconds };
    },
  };
}

function longestWait(now: ReadonlyMap<string, number>, then?: ReadonlyMap<string, number>): number {
  return Math.max(0, ...Array.from(now, ([thread, seconds]) => seconds - (then?.get(thread) ?? 0)));
}

/** What Linux knows of the threads of these processes (`/proc/<process>/task/<thread>/schedstat`); nothing elsewhere. */
export function readWaits(processes: readonly number[]): Waits {
  return new Map(
    processes.map((process) => {
      const threads = listThreads(process).flatMap((thread) => {
        const seconds = readWait(`/proc/${process}/task/${thread}/schedstat`);
        return seconds === undefined ? [] : [[thread, seconds] as const];
      });
      return [process, new Map(threads)];
    }),
  );
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
