import { type LabelEntry, settleLabels } from '../../../src/index.js';
import type { NumberColumn } from '../data/column.js';
import { type LoadedMap, NO_CLASS } from '../data/loaded-map.js';
import type { Session } from '../state/session.js';
import { createStore, type Store } from '../state/store.js';
import { orderQueue } from './label-queue.js';

const QUEUE_LENGTH = 200;

export interface LabellerState {
  readonly annotator: string;
  /** Everything that was ever said, in its order. */
  readonly entries: readonly LabelEntry[];
  readonly queue: readonly number[];
  readonly problem: string;
}

/** Labels for one map and one annotator at a time. Every label is kept before the next series is shown. */
export interface Labeller {
  readonly store: Store<LabellerState>;
  /** Where labels go, in words. */
  readonly place: string;
  setAnnotator(name: string): void;
  /** Rows by label of the current annotator. */
  own(): ReadonlyMap<string, LabelEntry>;
  label(row: number, label: string, note: string): Promise<void>;
  skip(row: number): void;
  /** Takes the annotator's last label back and gives its row, or `undefined` where there is none. */
  undo(): Promise<number | undefined>;
}

/** How labels are kept: by the server's log, or where there is none in the browser's own store. */
interface LabelKeeper {
  readonly place: string;
  read(): Promise<LabelEntry[]>;
  append(entry: Omit<LabelEntry, 'date'>): Promise<LabelEntry>;
}

export async function createLabeller(loaded: LoadedMap, session: Session | undefined): Promise<Labeller> {
  const keeper =
    session && session.result.name === loaded.name ? serverKeeper(session) : browserKeeper(loaded.name);
  const confidence = await readNumbers(loaded, 'confidence');
  const ambiguous = await readNumbers(loaded, 'ambiguous');
  const skipped = new Set<number>();
  const rows = new Map<string, number>();
  for (let row = 0; row < loaded.points; row++) rows.set(loaded.pidOf(row), row);

  const store = createStore<LabellerState>({
    annotator: localStorage.getItem('groundtrend:annotator') ?? '',
    entries: await keeper.read(),
    queue: [],
    problem: '',
  });
  const own = () =>
    settleLabels(store.get().entries).get(store.get().annotator) ?? new Map<string, LabelEntry>();

  function requeue(): void {
    const mine = own();
    const done = new Set(skipped);
    for (const pid of mine.keys()) {
      const row = rows.get(pid);
      if (row !== undefined) done.add(row);
    }
    const labelled = loaded.classes.map(
      (name) => [...mine.values()].filter(({ label }) => label === name).length,
    );
    const codes = loaded.codes.some((code) => code !== NO_CLASS)
      ? loaded.codes
      : new Uint8Array(loaded.points);
    store.set({
      queue: orderQueue({
        codes,
        classCount: loaded.classes.length,
        confidence: confidence ?? new Float32Array(loaded.points),
        disputed: ambiguous ? (row) => ambiguous[row] === 1 : undefined,
        x: loaded.x,
        y: loaded.y,
        labelled,
        done,
        length: QUEUE_LENGTH,
      }),
    });
  }

  async function append(pid: string, label: string, note: string): Promise<boolean> {
    try {
      const entry = await keeper.append({ pid, label, annotator: store.get().annotator, note });
      store.set({ entries: [...store.get().entries, entry], problem: '' });
      return true;
    } catch (error) {
      store.set({ problem: (error as Error).message });
      return false;
    }
  }

  requeue();
  return {
    store,
    place: keeper.place,
    own,
    setAnnotator(annotator) {
      localStorage.setItem('groundtrend:annotator', annotator);
      store.set({ annotator });
      requeue();
    },
    async label(row, label, note) {
      if (!(await append(loaded.pidOf(row), label, note))) return;
      const rest = store.get().queue.filter((other) => other !== row);
      if (rest.length > 0) store.set({ queue: rest });
      else requeue();
    },
    skip(row) {
      skipped.add(row);
      const rest = store.get().queue.filter((other) => other !== row);
      if (rest.length > 0) store.set({ queue: rest });
      else requeue();
    },
    async undo() {
      const last = [...own().values()].pop();
      if (last === undefined || !(await append(last.pid, '', ''))) return undefined;
      const row = rows.get(last.pid);
      if (row !== undefined)
        store.set({ queue: [row, ...store.get().queue.filter((other) => other !== row)] });
      return row;
    },
  };
}

async function readNumbers(loaded: LoadedMap, name: string): Promise<ArrayLike<number> | undefined> {
  if (!loaded.fields.some((field) => field.name === name && field.type !== 'text')) return undefined;
  return ((await loaded.readColumn(name)) as NumberColumn).values;
}

function serverKeeper({ labelFile }: Session): LabelKeeper {
  return {
    place: labelFile,
    read: async () => (await (await fetch('labels')).json()) as LabelEntry[],
    async append(entry) {
      const response = await fetch('labels', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(entry),
      });
      if (!response.ok) throw new Error((await response.text()).trim());
      return (await response.json()) as LabelEntry;
    },
  };
}

function browserKeeper(name: string): LabelKeeper {
  const key = `groundtrend:labels:${name}`;
  const read = () => JSON.parse(localStorage.getItem(key) ?? '[]') as LabelEntry[];
  return {
    place: 'this browser only: save them before you clear its data',
    read: async () => read(),
    async append(entry) {
      const dated = { ...entry, date: new Date().toISOString() };
      localStorage.setItem(key, JSON.stringify([...read(), dated]));
      return dated;
    },
  };
}
