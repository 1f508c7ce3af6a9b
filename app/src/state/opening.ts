import { loadMap } from '../data/load-map.js';
import type { LoadedMap, LoadOptions } from '../data/loaded-map.js';
import type { ResultSource } from '../data/result-worker.js';
import { parseAddress } from './address.js';
import type { Appearance } from './appearance.js';
import type { Attempt } from './attempt.js';
import { type Area, BY_CLASS, EMPTY, type ExplorerState } from './explorer-state.js';
import type { Selection } from './selection.js';
import type { Stage } from './stage.js';
import type { Store } from './store.js';

/** Opens maps, and changes between one and the same points as a trained model sees them. */
export interface Opening {
  open(source: ResultSource, options?: LoadOptions & { readonly areas?: readonly Area[] }): Promise<void>;
  /** Opens the map of a trained model and shows it in the same view, with the same filters and colours. */
  openTrained(source: ResultSource, options?: LoadOptions): Promise<void>;
  /** Shows the map as it was opened, or the trained model's. */
  show(which: 'original' | 'trained'): Promise<void>;
  /** Puts other points of the same map in place of those shown. */
  replace(next: LoadedMap): Promise<void>;
}

export function createOpening(
  store: Store<ExplorerState>,
  stage: Stage,
  appearance: Appearance,
  selection: Selection,
  attempt: Attempt,
): Opening {
  let asked = parseAddress(location.hash);

  async function replace(next: LoadedMap): Promise<void> {
    const { loaded: before, columns, filters, colourBy, selected, compared } = store.get();
    const rowOf = (row: number) => {
      const found = next.findPid(before!.pidOf(row));
      return found < 0 ? [] : [found];
    };
    const chosen = selected === undefined ? undefined : rowOf(selected)[0];
    const kept = compared.flatMap(rowOf);
    store.set({
      loaded: next,
      columns: new Map(),
      hovered: undefined,
      selected: chosen,
      compared: chosen === undefined ? [] : kept,
      visible: new Uint8Array(next.points).fill(1),
      visibleCount: next.points,
    });
    stage.showPoints();
    stage.showOverlay();
    await Promise.all([...columns.keys()].map(appearance.need));
    await appearance.filter(filters);
    await appearance.colourBy(colourBy);
    stage.rememberAddress();
  }

  const opening: Opening = {
    replace,
    async open(source, { areas = [], ...options } = {}) {
      await attempt(`Opening ${source.name}`, async (signal, report) => {
        const loaded = await loadMap(source, { ...options, signal, onProgress: report });
        await stage.ready;
        const { original, trained, busy, view, bounds } = store.get();
        original?.close();
        trained?.close();
        store.set({
          ...EMPTY,
          busy,
          view,
          bounds,
          loaded,
          original: loaded,
          areas,
          visible: new Uint8Array(loaded.points).fill(1),
          visibleCount: loaded.points,
        });
        stage.showPoints();
        if (asked.view) stage.map?.jumpTo(asked.view);
        else stage.fitAll();
        await appearance.filter(asked.filters);
        await appearance.colourBy(asked.colourBy ?? BY_CLASS);
        stage.showOverlay();
        const row = asked.pid === undefined ? -1 : loaded.findPid(asked.pid);
        if (row >= 0) selection.select(row);
        asked = parseAddress('');
      });
    },
    async openTrained(source, options) {
      await attempt(`Opening ${source.name}`, async (signal, report) => {
        const trained = await loadMap(source, { ...options, signal, onProgress: report });
        const { trained: before, original } = store.get();
        if (store.get().loaded === before && original) await replace(original);
        before?.close();
        store.set({ trained });
        await opening.show('trained');
      });
    },
    async show(which) {
      const next = store.get()[which];
      if (!next || next === store.get().loaded) return;
      const { filters } = store.get();
      // Which points changed their class is another question on either map.
      if (filters.only) await appearance.filter({ ...filters, only: undefined });
      await replace(next);
    },
  };
  return opening;
}
