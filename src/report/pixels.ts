/** A tenth of a pixel is fine enough for any drawing, and keeps its text short. */
export function roundPixels(value: number): number {
  return Math.round(value * 10) / 10;
}
