import { IDLE_TRAINING, type PageTraining } from '../../../src/index.js';
import { createStore, type Store } from '../state/store.js';

const ASK_AGAIN_MS = 400;

export interface TrainerState {
  readonly training: PageTraining;
  /** Why the server did not answer, if it did not. */
  readonly problem: string;
}

/** Training by the server that the page came from. */
export interface Trainer {
  readonly store: Store<TrainerState>;
  start(): Promise<void>;
  cancel(): Promise<void>;
  close(): void;
}

export function isUnderWay({ phase }: PageTraining): boolean {
  return phase === 'training' || phase === 'classifying';
}

/** Asks how it goes while there is something to ask; `onTrained` is called once for every training that ends well. */
export function createTrainer(address: string, onTrained: (run: number) => void): Trainer {
  const store = createStore<TrainerState>({ training: IDLE_TRAINING, problem: '' });
  let timer = 0;

  async function ask(order?: 'start' | 'cancel'): Promise<void> {
    clearTimeout(timer);
    const before = store.get().training;
    try {
      const response = await fetch(address, {
        method: order ? 'POST' : 'GET',
        ...(order && {
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ order }),
        }),
      });
      if (!response.ok) throw new Error((await response.text()).trim());
      const training = (await response.json()) as PageTraining;
      store.set({ training, problem: '' });
      if (isUnderWay(training)) timer = window.setTimeout(ask, ASK_AGAIN_MS);
      else if (training.phase === 'done' && isUnderWay(before)) onTrained(training.run);
    } catch (error) {
      store.set({ problem: (error as Error).message });
      if (isUnderWay(before)) timer = window.setTimeout(ask, 5 * ASK_AGAIN_MS);
    }
  }

  void ask();
  return {
    store,
    start: () => ask('start'),
    cancel: () => ask('cancel'),
    close: () => clearTimeout(timer),
  };
}
