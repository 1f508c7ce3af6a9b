import type { MapView } from '../map/mercator.js';
import { BY_CLASS, type ExplorerState } from './explorer-state.js';
import { type Filters, NO_FILTERS } from './filters.js';
import type { Store } from './store.js';

/** What the address keeps, so that a link opens the same picture again. */
export interface AddressState {
  readonly view: MapView | undefined;
  readonly colourBy: string | undefined;
  readonly filters: Filters;
  readonly pid: string | undefined;
}

const ZOOM_DIGITS = 2;
const PAUSE_MS = 250;

/** Call the result after every change: the address follows when there is a pause. */
export function createAddressKeeper(store: Store<ExplorerState>): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      const { loaded, view, colourBy, filters, selected } = store.get();
      if (!loaded) return;
      const pid = selected === undefined ? undefined : loaded.pidOf(selected);
      const colour = colourBy === BY_CLASS ? undefined : colourBy;
      history.replaceState(null, '', `#${formatAddress({ view, colourBy: colour, filters, pid })}`);
    }, PAUSE_MS);
  };
}

/** The part of an address after `#`. */
export function formatAddress({ view, colourBy, filters, pid }: AddressState): string {
  const parts: [string, string][] = [];
  if (view) {
    const { zoom, latitude, longitude } = view;
    parts.push(['map', `${zoom.toFixed(ZOOM_DIGITS)}/${latitude.toFixed(5)}/${longitude.toFixed(5)}`]);
  }
  if (colourBy) parts.push(['colour', colourBy]);
  if (filters.hiddenClasses.length > 0) parts.push(['hide', filters.hiddenClasses.join(',')]);
  for (const [name, [low, high]] of Object.entries(filters.spans))
    parts.push([`span.${name}`, `${low}..${high}`]);
  if (pid) parts.push(['pid', pid]);
  return parts.map(([key, value]) => `${encodeURIComponent(key)}=${encodePart(value)}`).join('&');
}

/** Reads what `formatAddress` wrote; anything else in it is passed over. */
export function parseAddress(text: string): AddressState {
  const values = new URLSearchParams(text.replace(/^#/, '').replaceAll('+', '%2B'));
  const spans: Record<string, readonly [number, number]> = {};
  for (const [key, value] of values) {
    if (!key.startsWith('span.')) continue;
    const [low, high] = value.split('..').map(Number);
    if (Number.isFinite(low) && Number.isFinite(high)) spans[key.slice(5)] = [low, high];
  }
  const hiddenClasses = (values.get('hide') ?? '')
    .split(',')
    .filter((code) => /^\d{1,2}$/.test(code))
    .map(Number);
  return {
    view: parseView(values.get('map') ?? ''),
    colourBy: values.get('colour') ?? undefined,
    filters:
      hiddenClasses.length > 0 || Object.keys(spans).length > 0 ? { hiddenClasses, spans } : NO_FILTERS,
    pid: values.get('pid') ?? undefined,
  };
}

function parseView(text: string): MapView | undefined {
  const [zoom, latitude, longitude] = text.split('/').map(Number);
  const isView = zoom >= 0 && zoom <= 24 && Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180;
  return isView ? { zoom, latitude, longitude } : undefined;
}

/** Slashes and commas stay readable. */
function encodePart(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%2C', ',');
}
