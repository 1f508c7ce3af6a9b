/** Displacements kept apart from the result, as the server lays them out. */
export interface SeriesSource {
  readonly url: string;
  readonly days: readonly number[];
}

/** One row of the series, by its place in the file. */
export async function readRemoteSeries({ url, days }: SeriesSource, row: number): Promise<Float32Array> {
  const bytes = days.length * 4;
  const range = `bytes=${row * bytes}-${(row + 1) * bytes - 1}`;
  const response = await fetch(url, { headers: { Range: range } });
  if (!response.ok) throw new Error(`The series cannot be read (${response.status}).`);
  return new Float32Array(await response.arrayBuffer());
}
