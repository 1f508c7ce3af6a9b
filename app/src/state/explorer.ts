import { GroundTrendError } from '../../../src/index.js';
import type { Column, NumberColumn } from '../data/column.js';
import { type LoadedMap, type LoadOptions, loadMap } from '../data/loaded-map.js';
import type { ResultSource } from '../data/result-worker.js';
import { type ColourScale, colourCodes, colourNumbers, packHex, scaleOf } from '../map/colours.js';
import { createPointMap, type PointMap } from '../map/map-view.js';
import { type Bounds, latitudeOf, longitudeOf, type MapView } from '../map/mercator.js';
import type { DrawList } from '../map/point-raster.js';
import { type AddressState, formatAddress, parseAddress } from './address.js';
import { type Filters, maskRows, NO_FILTERS } from './filters.js';
import { createStore, type Store } from './store.js';

/** Points whose class is not to be told. */
const UNTOLD = '#8fa3ab';
/** Colours by class rather than by a column. */
export const BY_CLASS = 'class';

export interface Busy {
  readonly what: string;
  readonly fraction: number | undefined;
  readonly cancel?: () => void;
}

/** A named outline on the map; its first and last corner are not repeated. Degrees. */
export interface Area {
  readonly name: string;
  readonly ring: readonly (readonly [number, number])[];
}

export interface ExplorerState {
  readonly busy: Busy | undefined;
  readonly problem: string | undefined;
  readonly loaded: LoadedMap | undefined;
  readonly columns: ReadonlyMap<string, Column>;
  readonly colourBy: string;
  readonly scale: ColourScale | undefined;
  readonly filters: Filters;
  readonly visible: Uint8Array;
  readonly visibleCount: number;
  readonly view: MapView | undefined;
  readonly bounds: Bounds | undefined;
  readonly hovered:
    | { readonly row: number | undefined; readonly place: readonly [number, number] }
    | undefined;
  readonly selected: number | undefined;
  readonly compared: readonly number[];
  readonly areas: readonly Area[];
  readonly chosenArea: number | undefined;
  /** Corners of the outline that is being drawn; `undefined` while nothing is. */
  readonly draft: readonly (readonly [number, number])[] | undefined;
  /** While someone labels, what the model says of a point is not shown. */
  readonly isBlind: boolean;
}

const EMPTY: ExplorerState = {
  busy: undefined,
  problem: undefined,
  loaded: undefined,
  columns: new Map(),
  colourBy: BY_CLASS,
  scale: undefined,
  filters: NO_FILTERS,
  visible: new Uint8Array(0),
  visibleCount: 0,
  view: undefined,
  bounds: undefined,
  hovered: undefined,
  selected: undefined,
  compared: [],
  areas: [],
  chosenArea: undefined,
  draft: undefined,
  isBlind: false,
};

export interface Explorer {
  readonly store: Store<ExplorerState>;
  attachMap(container: HTMLElement, basemap: string | undefined): Promise<void>;
  open(source: ResultSource, options?: LoadOptions & { readonly areas?: readonly Area[] }): Promise<void>;
  /** Runs something long with its progress shown; what goes wrong is said, and the page goes on. */
  attempt<T>(
    what: string,
    work: (signal: AbortSignal, report: (fraction: number | undefined, what?: string) => void) => Promise<T>,
  ): Promise<T | undefined>;
  colourBy(name: string): Promise<void>;
  need(name: string): Promise<Column | undefined>;
  filter(filters: Filters): Promise<void>;
  select(row: number | undefined, options?: { readonly show?: boolean }): void;
  /** The next or previous visible point in the order of the file. */
  step(direction: 1 | -1): void;
  compare(row: number): void;
  setAreas(areas: readonly Area[], chosen?: number): void;
  setBlind(isBlind: boolean): void;
  startDrawing(): void;
  finishDrawing(keep: boolean): void;
  showAll(): void;
  fitTo(bounds: Bounds): void;
  goTo(longitude: number, latitude: number): void;
  selectMiddle(): void;
  /** Shows something worth knowing until it is closed. */
  say(text: string): void;
  dismiss(): void;
}

export function createExplorer(): Explorer {
  const store = createStore<ExplorerState>(EMPTY);
  const colourCache: { by: string; colours: Uint32Array }[] = [];
  let map: PointMap | undefined;
  let asked: AddressState = parseAddress(location.hash);
  let addressTimer = 0;

  function rememberAddress(): void {
    clearTimeout(addressTimer);
    addressTimer = window.setTimeout(() => {
      const { loaded, view, colourBy, filters, selected } = store.get();
      if (!loaded) return;
      const pid = selected === undefined ? undefined : loaded.pidOf(selected);
      const colour = colourBy === BY_CLASS ? undefined : colourBy;
      history.replaceState(null, '', `#${formatAddress({ view, colourBy: colour, filters, pid })}`);
    }, 250);
  }

  function redraw(): void {
    const { loaded, visible } = store.get();
    if (!map || !loaded) return;
    map.setDrawing(arrange(loaded, visible, currentColours()), visible);
  }

  function currentColours(): Uint32Array {
    const { loaded, columns, colourBy, scale, isBlind } = store.get();
    // A colour would tell the class.
    if (isBlind) return new Uint32Array(loaded!.points).fill(packHex(UNTOLD));
    const cached = colourCache.find(({ by }) => by === colourBy);
    if (cached) return cached.colours;
    const column = columns.get(colourBy) as NumberColumn | undefined;
    const colours =
      colourBy === BY_CLASS || !column || !scale
        ? colourCodes(loaded!.codes, loaded!.classes)
        : colourNumbers(column.values, scale);
    colourCache.splice(0, colourCache.length, { by: colourBy, colours });
    return colours;
  }

  function showOverlay(): void {
    const { areas, chosenArea, draft, selected, compared } = store.get();
    map?.setOverlay({
      outlines: areas.map(({ name, ring }, index) => ({ name, ring, isChosen: index === chosenArea })),
      draft: draft ?? [],
      selected,
      compared,
    });
    map?.setDrawingMode(draft !== undefined);
  }

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

  async function applyFilters(filters: Filters): Promise<void> {
    const needed = await Promise.all(Object.keys(filters.spans).map(need));
    const { loaded } = store.get();
    if (!loaded) return;
    const numbers = new Map(
      needed.flatMap((column) => (column && column.kind !== 'text' ? [[column.name, column] as const] : [])),
    );
    const visible = maskRows(loaded.codes, filters, numbers);
    let visibleCount = 0;
    for (const flag of visible) visibleCount += flag;
    store.set({ filters, visible, visibleCount });
    redraw();
    rememberAddress();
  }

  async function colourBy(name: string): Promise<void> {
    const column = name === BY_CLASS ? undefined : await need(name);
    const isNumber = column !== undefined && column.kind !== 'text';
    store.set({ colourBy: isNumber ? name : BY_CLASS, scale: isNumber ? scaleOf(column) : undefined });
    redraw();
    rememberAddress();
  }

  function showAll(): void {
    const { loaded } = store.get();
    const bounds = loaded && boundsOf(loaded);
    if (bounds) map?.fit(bounds);
  }

  const explorer: Explorer = {
    store,
    need,
    colourBy,
    filter: applyFilters,
    showAll,
    fitTo: (bounds) => map?.fit(bounds),
    goTo: (longitude, latitude) =>
      map?.jumpTo({ longitude, latitude, zoom: Math.max(14, store.get().view?.zoom ?? 0) }),
    async attachMap(container, basemap) {
      map = await createPointMap(container, basemap, {
        onView(view, bounds) {
          store.set({ view, bounds });
          rememberAddress();
        },
        onClick(row, place) {
          const { draft } = store.get();
          if (draft === undefined) {
            explorer.select(row);
            return;
          }
          store.set({ draft: [...draft, place] });
          showOverlay();
        },
        onDoubleClick() {
          if (store.get().draft) explorer.finishDrawing(true);
        },
        onProblem(error) {
          if (!store.get().problem) explorer.say(`The base map cannot be shown: ${error.message}`);
        },
        onHover(row, place) {
          store.set({ hovered: place && { row, place } });
        },
      });
      const { loaded } = store.get();
      if (loaded) {
        map.setPoints(loaded);
        redraw();
        showAll();
      }
      showOverlay();
    },
    async attempt(what, work) {
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
    },
    async open(source, { areas = [], ...options } = {}) {
      await explorer.attempt(`Opening ${source.name}`, async (signal, report) => {
        const loaded = await loadMap(source, { ...options, signal, onProgress: report });
        store.get().loaded?.close();
        colourCache.length = 0;
        store.set({
          ...EMPTY,
          busy: store.get().busy,
          view: store.get().view,
          bounds: store.get().bounds,
          loaded,
          areas,
          visible: new Uint8Array(loaded.points).fill(1),
          visibleCount: loaded.points,
        });
        map?.setPoints(loaded);
        if (asked.view) map?.jumpTo(asked.view);
        else showAll();
        await applyFilters(asked.filters);
        await colourBy(asked.colourBy ?? BY_CLASS);
        showOverlay();
        const row = asked.pid === undefined ? -1 : loaded.findPid(asked.pid);
        if (row >= 0) explorer.select(row);
        asked = parseAddress('');
      });
    },
    select(row, { show = false } = {}) {
      store.set({ selected: row, compared: row === undefined ? [] : store.get().compared });
      if (row !== undefined && show) map?.bringIntoView(row);
      showOverlay();
      rememberAddress();
    },
    step(direction) {
      const { selected, visible, loaded } = store.get();
      if (!loaded) return;
      const start = selected ?? (direction === 1 ? -1 : 0);
      for (let i = 1; i <= loaded.points; i++) {
        const row = (start + direction * i + 2 * loaded.points) % loaded.points;
        if (visible[row] === 1) {
          explorer.select(row, { show: true });
          return;
        }
      }
    },
    compare(row) {
      const { compared } = store.get();
      store.set({
        compared: compared.includes(row)
          ? compared.filter((other) => other !== row)
          : [...compared, row].slice(-4),
      });
      showOverlay();
    },
    setAreas(areas, chosenArea) {
      store.set({ areas, chosenArea });
      showOverlay();
    },
    setBlind(isBlind) {
      if (isBlind === store.get().isBlind) return;
      store.set({ isBlind });
      redraw();
    },
    startDrawing() {
      store.set({ draft: [] });
      showOverlay();
    },
    finishDrawing(keep) {
      const { draft = [], areas } = store.get();
      // The two clicks of a double click may leave the same corner twice.
      const ring = draft.filter(([x, y], i) => i === 0 || x !== draft[i - 1][0] || y !== draft[i - 1][1]);
      store.set({ draft: undefined });
      if (keep && ring.length >= 3)
        explorer.setAreas([...areas, { name: `Area ${areas.length + 1}`, ring }], areas.length);
      else showOverlay();
    },
    selectMiddle() {
      const row = map?.nearestToMiddle();
      if (row !== undefined) explorer.select(row);
    },
    say: (problem) => store.set({ problem }),
    dismiss: () => store.set({ problem: undefined }),
  };
  return explorer;
}

/** Visible points, those of the first class (Stable) at the bottom, so that what moves lies on top. */
function arrange({ x, y, codes, classes }: LoadedMap, visible: Uint8Array, colours: Uint32Array): DrawList {
  const starts = new Uint32Array(257);
  // Points without a class go below everything.
  const layerOf = (code: number) => (code < classes.length ? code + 1 : 0);
  let count = 0;
  for (let row = 0; row < visible.length; row++) {
    if (visible[row] === 0) continue;
    starts[layerOf(codes[row]) + 1] += 1;
    count++;
  }
  for (let layer = 1; layer < starts.length; layer++) starts[layer] += starts[layer - 1];
  const list = {
    count,
    x: new Float64Array(count),
    y: new Float64Array(count),
    colours: new Uint32Array(count),
  };
  for (let row = 0; row < visible.length; row++) {
    if (visible[row] === 0) continue;
    const layer = layerOf(codes[row]);
    const place = starts[layer];
    starts[layer] += 1;
    list.x[place] = x[row];
    list.y[place] = y[row];
    list.colours[place] = colours[row];
  }
  return list;
}

function boundsOf({ x, y }: LoadedMap): Bounds | undefined {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let row = 0; row < x.length; row++) {
    if (x[row] < left) left = x[row];
    if (x[row] > right) right = x[row];
    if (y[row] < top) top = y[row];
    if (y[row] > bottom) bottom = y[row];
  }
  if (!(left <= right)) return undefined;
  return [longitudeOf(left), latitudeOf(bottom), longitudeOf(right), latitudeOf(top)];
}
