import type { EpochAxis } from '../../series/epoch-axis.js';

/** Sites whose series stand in one block of memory. */
const SITES_PER_BLOCK = 512;

/** What the points of one track say at the sites: the mean of their series and of their lines of sight. */
export interface TrackMeans {
  readonly name: string;
  readonly axis: EpochAxis;
  /** Number of points at a site. */
  countAt(site: number): number;
  /** Mean displacements, mm: a view. Asked only where `countAt` is not 0. */
  seriesAt(site: number): Float32Array;
  /** Mean east, north and up of the line of sight, and northward velocity, mm/yr. */
  geometryAt(site: number): readonly [east: number, north: number, up: number, northVelocity: number];
}

export interface GrowingTrackMeans extends TrackMeans {
  /** Takes one point into the mean of a site; the series has no gaps. */
  add(
    site: number,
    series: Float32Array,
    geometry: readonly [east: number, north: number, up: number, northVelocity: number],
  ): void;
}

/** Running means: 4 bytes a date and site, whatever the number of points. */
export function createTrackMeans(name: string, axis: EpochAxis): GrowingTrackMeans {
  const epochs = axis.days.length;
  const slots = new Map<number, number>();
  const counts: number[] = [];
  const geometry: number[] = [];
  const blocks: Float32Array[] = [];

  function viewOf(slot: number): Float32Array {
    const start = (slot % SITES_PER_BLOCK) * epochs;
    return blocks[Math.floor(slot / SITES_PER_BLOCK)].subarray(start, start + epochs);
  }

  return {
    name,
    axis,
    add(site, series, vector) {
      let slot = slots.get(site);
      if (slot === undefined) {
        slot = counts.push(0) - 1;
        slots.set(site, slot);
        geometry.push(0, 0, 0, 0);
        if (slot % SITES_PER_BLOCK === 0) blocks.push(new Float32Array(SITES_PER_BLOCK * epochs));
      }
      const share = 1 / ++counts[slot];
      const mean = viewOf(slot);
      for (let i = 0; i < epochs; i++) mean[i] += (series[i] - mean[i]) * share;
      for (let i = 0; i < 4; i++) geometry[slot * 4 + i] += (vector[i] - geometry[slot * 4 + i]) * share;
    },
    countAt: (site) => {
      const slot = slots.get(site);
      return slot === undefined ? 0 : counts[slot];
    },
    seriesAt: (site) => viewOf(slots.get(site)!),
    geometryAt: (site) => {
      const start = slots.get(site)! * 4;
      return [geometry[start], geometry[start + 1], geometry[start + 2], geometry[start + 3]];
    },
  };
}
