import type { Area, ExplorerState } from './explorer-state.js';
import type { Stage } from './stage.js';
import type { Store } from './store.js';

/** Areas on the map, and the one that is being drawn. */
export interface Outlines {
  setAreas(areas: readonly Area[], chosen?: number): void;
  startDrawing(): void;
  addCorner(place: readonly [number, number]): void;
  finishDrawing(keep: boolean): void;
}

export function createOutlines(store: Store<ExplorerState>, stage: Stage): Outlines {
  const outlines: Outlines = {
    setAreas(areas, chosenArea) {
      store.set({ areas, chosenArea });
      stage.showOverlay();
    },
    startDrawing() {
      store.set({ draft: [] });
      stage.showOverlay();
    },
    addCorner(place) {
      store.set({ draft: [...(store.get().draft ?? []), place] });
      stage.showOverlay();
    },
    finishDrawing(keep) {
      const { draft = [], areas } = store.get();
      // The two clicks of a double click may leave the same corner twice.
      const ring = draft.filter(([x, y], i) => i === 0 || x !== draft[i - 1][0] || y !== draft[i - 1][1]);
      store.set({ draft: undefined });
      if (keep && ring.length >= 3)
        outlines.setAreas([...areas, { name: `Area ${areas.length + 1}`, ring }], areas.length);
      else stage.showOverlay();
    },
  };
  return outlines;
}
