import type { FeatureCollection } from 'geojson';

/** What the command line's server says at the start; a page on a plain web host has none. */
export interface Session {
  /** The result: its name for people, and where its bytes are. */
  readonly result: { readonly name: string; readonly url: string };
  /** Where labels are kept. */
  readonly labelFile: string;
  /** Displacements that are not in the result: raw 32-bit floats, a row a point, in the result's order. */
  readonly series?: { readonly url: string; readonly days: readonly number[] };
  /** Tiles to draw in place of a result of very many points. */
  readonly tiles?: string;
  /** Where a training on the labels is ordered, where the series are at hand for one. */
  readonly training?: string;
  readonly areas?: FeatureCollection;
  readonly basemap?: string;
}

export async function readSession(): Promise<Session | undefined> {
  const mark = document.querySelector<HTMLMetaElement>('meta[name="groundtrend-session"]');
  if (!mark) return undefined;
  return (await (await fetch(mark.content)).json()) as Session;
}
