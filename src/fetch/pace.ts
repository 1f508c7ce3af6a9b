/** Keeps all downloads from one place polite: when the server asks for a pause, all of them pause. */
export interface Pace {
  /** Waits until the next request may go out. */
  wait(signal?: AbortSignal): Promise<void>;
  /** Takes the value of a `Retry-After` header: seconds, or a date. */
  pause(retryAfter: string): void;
  /** Waits longer the more failures there were in a row: doubling from the first delay. */
  slowDown(failures: number): void;
}

/** No server gets to stop us for longer than this at a time. */
const LONGEST_PAUSE_MS = 15 * 60_000;

/** `now` runs on whatever happens to the computer's clock. */
export function createPace(firstDelayMs: number, now: () => number = () => performance.now()): Pace {
  let nextAt = 0;

  function holdFor(milliseconds: number): void {
    nextAt = Math.max(nextAt, now() + Math.min(Math.max(0, milliseconds), LONGEST_PAUSE_MS));
  }

  return {
    async wait(signal) {
      while (now() < nextAt && !signal?.aborted) {
        const left = Math.min(nextAt - now(), 1000);
        await new Promise((resolve) => setTimeout(resolve, left));
      }
    },
    pause(retryAfter) {
      const seconds = Number(retryAfter);
      holdFor(Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - Date.now() || 0);
    },
    slowDown(failures) {
      holdFor(firstDelayMs * 2 ** (failures - 1));
    },
  };
}
