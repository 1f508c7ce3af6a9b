/** The five trends in the order of their codes (0 to 4), after Mirmazloumi et al. 2022. */
export const TREND_CLASSES = ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE'] as const;

/** Name of one of the five trends. */
export type TrendClass = (typeof TREND_CLASSES)[number];

/** One colour a class, the same on every map, plot and style; from Okabe and Ito's palette for colour-blind readers. */
export const TREND_COLOURS: Readonly<Record<TrendClass, string>> = {
  Stable: '#9aa5a1',
  Linear: '#0072b2',
  Quadratic: '#e69f00',
  Bilinear: '#cc3311',
  PUE: '#9b30a0',
};

/** Of what has no class. */
export const NO_CLASS_COLOUR = '#d8d8d8';

/** What a class means, in one line for legends and help texts. */
export const TREND_MEANINGS: Readonly<Record<TrendClass, string>> = {
  Stable: 'no material motion',
  Linear: 'constant velocity',
  Quadratic: 'steadily changing velocity',
  Bilinear: 'two velocities, one break',
  PUE: 'phase-unwrapping error: jumps of half a wavelength',
};

export function trendCode(trend: TrendClass): number {
  return TREND_CLASSES.indexOf(trend);
}
