/** The first tile id of a zoom: all tiles of the zooms before come first. */
export function firstTileId(zoom: number): number {
  return (4 ** zoom - 1) / 3;
}

/** Longitude and latitude as fractions of the square web Mercator world, from the north-west corner. */
export function projectToWorld(longitude: number, latitude: number): readonly [x: number, y: number] {
  const limited = Math.min(85.0511287798066, Math.max(-85.0511287798066, latitude));
  const radians = (limited * Math.PI) / 180;
  const x = (longitude + 180) / 360;
  const y = (1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2;
  const last = 1 - Number.EPSILON;
  return [Math.min(last, Math.max(0, x)), Math.min(last, Math.max(0, y))];
}
