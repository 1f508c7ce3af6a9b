import type { Column } from '../data/column.js';
import type { LoadedMap } from '../data/loaded-map.js';
import type { ColourScale } from '../map/colours.js';
import type { Bounds, MapView } from '../map/mercator.js';
import { type Filters, NO_FILTERS } from './filters.js';

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
  /** The map that is shown. */
  readonly loaded: LoadedMap | undefined;
  /** The map as it was opened, and as a model trained in the page sees it; the shown one is either. */
  readonly original: LoadedMap | undefined;
  readonly trained: LoadedMap | undefined;
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
  /** Grows whenever the keys are to go to the chosen point. */
  readonly focusCount: number;
  readonly areas: readonly Area[];
  readonly chosenArea: number | undefined;
  /** Corners of the outline that is being drawn; `undefined` while nothing is. */
  readonly draft: readonly (readonly [number, number])[] | undefined;
  /** While someone labels, what the model says of a point is not shown. */
  readonly isBlind: boolean;
}

export const EMPTY: ExplorerState = {
  busy: undefined,
  problem: undefined,
  loaded: undefined,
  original: undefined,
  trained: undefined,
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
  focusCount: 0,
  areas: [],
  chosenArea: undefined,
  draft: undefined,
  isBlind: false,
};
