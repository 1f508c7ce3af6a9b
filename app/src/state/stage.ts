import type { NumberColumn } from '../data/column.js';
import { colourCodes, colourNumbers, packHex } from '../map/colours.js';
import { arrangePoints, boundsOf } from '../map/draw-list.js';
import { createPointMap, type MapEvents, type PointMap } from '../map/map-view.js';
import { createAddressKeeper } from './address.js';
import { BY_CLASS, type ExplorerState } from './explorer-state.js';
import type { Store } from './store.js';

/** Points whose class is not to be told. */
const UNTOLD = '#8fa3ab';

/** Brings the state onto the map and into the address. */
export interface Stage {
  /** The map once it is there. */
  readonly map: PointMap | undefined;
  /** Fulfilled when the map is there. */
  readonly ready: Promise<void>;
  attach(container: HTMLElement, basemap: string | undefined, events: MapEvents): Promise<void>;
  /** The points of another map. */
  showPoints(): void;
  /** Which points show, and their colours. */
  redraw(): void;
  /** Marks and outlines. */
  showOverlay(): void;
  fitAll(): void;
  rememberAddress(): void;
}

export function createStage(store: Store<ExplorerState>): Stage {
  const rememberAddress = createAddressKeeper(store);
  let map: PointMap | undefined;
  let tellReady: () => void;
  const ready = new Promise<void>((resolve) => {
    tellReady = resolve;
  });
  let cached: { readonly key: readonly unknown[]; readonly colours: Uint32Array } | undefined;

  function currentColours(): Uint32Array {
    const { loaded, columns, colourBy, scale, isBlind } = store.get();
    // A colour would tell the class.
    if (isBlind) return new Uint32Array(loaded!.points).fill(packHex(UNTOLD));
    const column = columns.get(colourBy) as NumberColumn | undefined;
    const key = [loaded, colourBy, scale, column];
    if (cached?.key.every((part, i) => part === key[i])) return cached.colours;
    const colours =
      colourBy === BY_CLASS || !column || !scale
        ? colourCodes(loaded!.codes, loaded!.classes)
        : colourNumbers(column.values, scale);
    cached = { key, colours };
    return colours;
  }

  const stage: Stage = {
    get map() {
      return map;
    },
    ready,
    async attach(container, basemap, events) {
      map = await createPointMap(container, basemap, events);
      tellReady();
    },
    showPoints() {
      const { loaded } = store.get();
      if (loaded) map?.setPoints(loaded);
    },
    redraw() {
      const { loaded, visible } = store.get();
      if (map && loaded) map.setDrawing(arrangePoints(loaded, visible, currentColours()), visible);
    },
    showOverlay() {
      const { areas, chosenArea, draft, selected, compared } = store.get();
      map?.setOverlay({
        outlines: areas.map(({ name, ring }, index) => ({ name, ring, isChosen: index === chosenArea })),
        draft: draft ?? [],
        selected,
        compared,
      });
      map?.setDrawingMode(draft !== undefined);
    },
    fitAll() {
      const { loaded } = store.get();
      const bounds = loaded && (loaded.tiling?.bounds ?? boundsOf(loaded));
      if (bounds) map?.fit(bounds);
    },
    rememberAddress,
  };
  return stage;
}
