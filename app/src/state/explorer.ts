import type { Bounds } from '../map/mercator.js';
import { type Appearance, createAppearance } from './appearance.js';
import { type Attempt, createAttempt } from './attempt.js';
import { EMPTY, type ExplorerState } from './explorer-state.js';
import { createOpening, type Opening } from './opening.js';
import { createOutlines, type Outlines } from './outlines.js';
import { createSelection, type Selection } from './selection.js';
import { createStage } from './stage.js';
import { createStore, type Store } from './store.js';

const PLACE_ZOOM = 14;
const VIEW_PAUSE_MS = 120;

/** What the page knows, and everything that can be done with it. */
export interface Explorer
  extends Pick<Opening, 'open' | 'openTrained' | 'show'>,
    Appearance,
    Selection,
    Omit<Outlines, 'addCorner'> {
  readonly store: Store<ExplorerState>;
  attachMap(container: HTMLElement, basemap: string | undefined): Promise<void>;
  attempt: Attempt;
  showAll(): void;
  fitTo(bounds: Bounds): void;
  goTo(longitude: number, latitude: number): void;
  focusMap(): void;
  /** Shows something worth knowing until it is closed. */
  say(text: string): void;
  dismiss(): void;
}

export function createExplorer(): Explorer {
  const store = createStore<ExplorerState>(EMPTY);
  const stage = createStage(store);
  const attempt = createAttempt(store);
  const appearance = createAppearance(store, stage);
  const selection = createSelection(store, stage);
  const outlines = createOutlines(store, stage);
  const opening = createOpening(store, stage, appearance, selection, attempt);
  let viewTimer = 0;

  /** A tiled map shows other points when the view is another; the last of several changes counts. */
  function followView(): void {
    const { loaded } = store.get();
    if (!loaded?.tiling) return;
    clearTimeout(viewTimer);
    viewTimer = window.setTimeout(async () => {
      const { view, bounds, selected, compared, loaded: shown } = store.get();
      if (!view || !bounds || !shown?.tiling) return;
      const pinned = [...(selected === undefined ? [] : [selected]), ...compared];
      try {
        const next = await shown.tiling.collect(bounds, view.zoom, pinned);
        // While tiles came, the map may have moved on: its own timer asks again.
        if (next && store.get().loaded === shown) await opening.replace(next);
      } catch (error) {
        explorer.say((error as Error).message);
      }
    }, VIEW_PAUSE_MS);
  }

  const explorer: Explorer = {
    store,
    attempt,
    ...appearance,
    ...selection,
    setAreas: outlines.setAreas,
    startDrawing: outlines.startDrawing,
    finishDrawing: outlines.finishDrawing,
    open: opening.open,
    openTrained: opening.openTrained,
    show: opening.show,
    attachMap: (container, basemap) =>
      stage.attach(container, basemap, {
        onView(view, bounds) {
          store.set({ view, bounds });
          stage.rememberAddress();
          followView();
        },
        onClick(row, place) {
          if (store.get().draft) outlines.addCorner(place);
          else selection.select(row, { focus: true });
        },
        onFit: stage.fitAll,
        onDoubleClick() {
          if (store.get().draft) outlines.finishDrawing(true);
        },
        onProblem(error) {
          if (!store.get().problem) explorer.say(`The base map cannot be shown: ${error.message}`);
        },
        onHover(row, place) {
          store.set({ hovered: place && { row, place } });
        },
      }),
    showAll: stage.fitAll,
    fitTo: (bounds) => stage.map?.fit(bounds),
    goTo: (longitude, latitude) =>
      stage.map?.jumpTo({
        longitude,
        latitude,
        zoom: Math.max(PLACE_ZOOM, store.get().view?.zoom ?? 0),
      }),
    focusMap: () => stage.map?.focus(),
    say: (problem) => store.set({ problem }),
    dismiss: () => store.set({ problem: undefined }),
  };
  return explorer;
}
