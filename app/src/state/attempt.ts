import { GroundTrendError } from '../../../src/index.js';
import type { ExplorerState } from './explorer-state.js';
import type { Store } from './store.js';

/** Runs something long with its progress shown; what goes wrong is said, and the page goes on. */
export type Attempt = <T>(
  what: string,
  work: (signal: AbortSignal, report: (fraction: number | undefined, what?: string) => void) => Promise<T>,
) => Promise<T | undefined>;

export function createAttempt(store: Store<ExplorerState>): Attempt {
  return async (what, work) => {
    const controller = new AbortController();
    const cancel = () => controller.abort();
    store.set({ busy: { what, fraction: undefined, cancel }, problem: undefined });
    try {
      return await work(controller.signal, (fraction, now) => {
        store.set({ busy: { what: now ?? store.get().busy?.what ?? what, fraction, cancel } });
      });
    } catch (error) {
      const isCancelled = error instanceof GroundTrendError && error.code === 'cancelled';
      if (!isCancelled) store.set({ problem: error instanceof Error ? error.message : String(error) });
      return undefined;
    } finally {
      store.set({ busy: undefined });
    }
  };
}
