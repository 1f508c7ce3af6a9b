/** Speed of light over the carrier frequency of Sentinel-1 (5.405 GHz), in mm. */
export const SENTINEL1_WAVELENGTH_MM = 299_792_458_000 / 5.405e9;

/** Displacement along the line of sight of one whole cycle of phase: half the wavelength, 27.73 mm for Sentinel-1. */
export function cycleMm(wavelengthMm: number = SENTINEL1_WAVELENGTH_MM): number {
  return wavelengthMm / 2;
}
