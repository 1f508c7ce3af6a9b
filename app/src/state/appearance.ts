import type { Column } from '../data/column.js';
import { scaleOf } from '../map/colours.js';
import { BY_CLASS, type ExplorerState } from './explorer-state.js';
import { type Filters, keepPids, maskRows } from './filters.js';
import type { Stage } from './stage.js';
import type { Store } from './store.js';

/** What is shown of the points, and in which colours. */
export interface Appearance {
  /** Fetches a column that is not there yet; `undefined` where the map has none of that name. */
  need(name: string): Promise<Column | undefined>;
  colourBy(name: string): Promise<void>;
  filter(filters: Filters): Promise<void>;
  setBlind(isBlind: boolean): void;
}

export function createAppearance(store: Store<ExplorerState>, stage: Stage): Appearance {
  async function need(name: string): Promise<Column | undefined> {
    const { loaded, columns } = store.get();
    if (!loaded?.fields.some((field) => field.name === name)) return undefined;
    const known = columns.get(name);
    if (known) return known;
    const column = await loaded.readColumn(name);
    if (store.get().loaded === loaded) {
      store.set({ columns: new Map(store.get().columns).set(name, column) });
    }
    return column;
  }

  return {
    need,
    async colourBy(name) {
      const column = name === BY_CLASS ? undefined : await need(name);
      const isNumber = column !== undefined && column.kind !== 'text';
      const { colourBy, scale, loaded } = store.get();
      // Colours of a tiled map stay what they are when other points come into view.
      const isKept = loaded?.tiling && colourBy === name && scale;
      store.set({
        colourBy: isNumber ? name : BY_CLASS,
        scale: isNumber ? (isKept ? scale : scaleOf(column)) : undefined,
      });
      stage.redraw();
      stage.rememberAddress();
    },
    async filter(filters) {
      const needed = await Promise.all(Object.keys(filters.spans).map(need));
      const { loaded } = store.get();
      if (!loaded) return;
      const numbers = new Map(
        needed.flatMap((column) =>
          column && column.kind !== 'text' ? [[column.name, column] as const] : [],
        ),
      );
      const visible = maskRows(loaded.codes, filters, numbers);
      if (filters.only) keepPids(visible, loaded, filters.only.pids);
      let visibleCount = 0;
      for (const flag of visible) visibleCount += flag;
      store.set({ filters, visible, visibleCount });
      stage.redraw();
      stage.rememberAddress();
    },
    setBlind(isBlind) {
      if (isBlind === store.get().isBlind) return;
      store.set({ isBlind });
      stage.redraw();
    },
  };
}
