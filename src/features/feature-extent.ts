/**
 * How much is measured of a series. The costly parts can be left out where time counts for more: what they tell is for
 * the greater part told by others too.
 */
export interface FeatureExtent {
  /** Smooth and clip twice, or once. */
  readonly smoothings: 1 | 2;
  /** Fit pairs of hinges. */
  readonly hasHingePairs: boolean;
  /** Numbers of dates that an excursion is asked to last. */
  readonly lastingDates: readonly (2 | 3 | 5 | 8)[];
  /** Places at which a step is looked for, at the most. */
  readonly stepPlaces: number;
}

export const FEATURE_EXTENTS = {
  full: {
    smoothings: 2,
    hasHingePairs: true,
    lastingDates: [2, 3, 5, 8],
    stepPlaces: 61,
  },
  lite: {
    smoothings: 1,
    hasHingePairs: false,
    lastingDates: [2, 3, 5],
    stepPlaces: 31,
  },
} as const satisfies Record<'full' | 'lite', FeatureExtent>;

/** What is measured, by name, as a model's card says it: one of the extents, or the few numbers of a sieve. */
export const EXTENT_NAMES = ['full', 'lite', 'sieve'] as const;
export type ExtentName = (typeof EXTENT_NAMES)[number];
