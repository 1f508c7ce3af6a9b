import type { ExplorerState } from './explorer-state.js';
import type { Stage } from './stage.js';
import type { Store } from './store.js';

const MOST_COMPARED = 4;

export interface SelectOptions {
  /** Moves the map where the point is out of view. */
  readonly show?: boolean;
  /** The keys go to the point from now on: arrows step through its neighbours in the file. */
  readonly focus?: boolean;
}

/** The chosen point, and those kept beside it. */
export interface Selection {
  select(row: number | undefined, options?: SelectOptions): void;
  /** The next or previous visible point in the order of the file. */
  step(direction: 1 | -1): void;
  /** Keeps a point beside the chosen one, or lets it go. */
  compare(row: number): void;
  selectMiddle(): void;
}

export function createSelection(store: Store<ExplorerState>, stage: Stage): Selection {
  const selection: Selection = {
    select(row, { show = false, focus = false } = {}) {
      const { compared, focusCount } = store.get();
      store.set({
        selected: row,
        compared: row === undefined ? [] : compared,
        focusCount: focus ? focusCount + 1 : focusCount,
      });
      if (row !== undefined && show) stage.map?.bringIntoView(row);
      stage.showOverlay();
      stage.rememberAddress();
    },
    step(direction) {
      const { selected, visible, loaded } = store.get();
      if (!loaded) return;
      const start = selected ?? (direction === 1 ? -1 : 0);
      for (let i = 1; i <= loaded.points; i++) {
        const row = (start + direction * i + 2 * loaded.points) % loaded.points;
        if (visible[row] === 1) {
          selection.select(row, { show: true });
          return;
        }
      }
    },
    compare(row) {
      const { compared } = store.get();
      store.set({
        compared: compared.includes(row)
          ? compared.filter((other) => other !== row)
          : [...compared, row].slice(-MOST_COMPARED),
      });
      stage.showOverlay();
    },
    selectMiddle() {
      const row = stage.map?.nearestToMiddle();
      if (row !== undefined) selection.select(row, { focus: true });
    },
  };
  return selection;
}
