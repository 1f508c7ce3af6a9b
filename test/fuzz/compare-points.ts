import type { Dataset } from '../../src/series/dataset.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import type { SeriesBatch } from '../../src/series/series-batch.js';
import type { PlainTable } from '../reference/plain-points.js';
import { WrongValue } from './target.js';

/** All batches of a dataset, each checked to be of one piece. */
export async function collectBatches(dataset: Dataset, pointsPerBatch?: number): Promise<SeriesBatch[]> {
  const batches: SeriesBatch[] = [];
  for await (const batch of dataset.batches({ pointsPerBatch })) {
    checkBatch(batch, dataset);
    batches.push(batch);
  }
  const points = batches.reduce((sum, { count }) => sum + count, 0);
  if (dataset.report.rowsRead !== points) {
    throw new WrongValue(`reports ${dataset.report.rowsRead} rows, gives ${points}`);
  }
  return batches;
}

/** What holds of every batch, whatever the file: sizes fit, places are on Earth, displacements are finite or missing. */
function checkBatch(batch: SeriesBatch, dataset: Dataset): void {
  const { count, axis, pids, longitude, latitude, displacements, attributes } = batch;
  const sizes = [pids.length, longitude.length, latitude.length, displacements.length / axis.days.length];
  if (sizes.some((size) => size !== count)) throw new WrongValue(`a batch of ${count} holds ${sizes}`);
  if (attributes.length !== dataset.fields.length) throw new WrongValue('attributes are not the fields');
  attributes.forEach(({ name, kind, values }, index) => {
    const field = dataset.fields[index];
    if (field.name !== name || field.kind !== kind || values.length !== count) {
      throw new WrongValue(`attribute ${name} is not as announced`);
    }
  });
  if (pids.some((pid) => typeof pid !== 'string' || pid === '')) throw new WrongValue('a point has no pid');
  for (let i = 0; i < count; i++) {
    if (!(Math.abs(longitude[i]) <= 180 && Math.abs(latitude[i]) <= 90)) {
      throw new WrongValue(`${pids[i]} stands at ${longitude[i]}, ${latitude[i]}`);
    }
  }
  const odd = displacements.findIndex((value) => !Number.isFinite(value) && !Number.isNaN(value));
  if (odd >= 0) throw new WrongValue(`a displacement is ${displacements[odd]}`);
}

/** How far numbers may be from the reference's. */
export interface Tolerance {
  /** In degrees; 0 for formats that hold degrees. */
  readonly degrees?: number;
  /** What a field should be, from the table's cell for it; nothing is compared where left out. */
  readonly attributeOf?: (cell: string | number | undefined, field: number) => unknown;
}

/** Throws `WrongValue` where points, dates, values or the count of rows differ from the reference's. */
export function compareWithReference(
  dataset: Dataset,
  batches: readonly SeriesBatch[],
  reference: PlainTable,
  { degrees = 0, attributeOf }: Tolerance = {},
): void {
  const dates = Array.from(dataset.axis.days, formatCompactDay).join();
  if (dates !== reference.dates.join()) throw new WrongValue(`dates ${dates}, not ${reference.dates.join()}`);
  const pids = batches.flatMap((batch) => batch.pids);
  const expected = reference.points.map(({ pid }) => pid);
  const odd = pids.findIndex((pid, index) => pid !== expected[index]);
  if (odd >= 0 || pids.length !== expected.length) {
    const at = odd >= 0 ? odd : Math.min(pids.length, expected.length);
    throw new WrongValue(
      `${pids.length} points, the reference has ${expected.length}; at ${at} ${JSON.stringify(pids[at])}, not ${JSON.stringify(expected[at])}`,
    );
  }
  let next = 0;
  for (const batch of batches) {
    for (let i = 0; i < batch.count; i++)
      comparePoint(batch, i, reference.points[next++], degrees, attributeOf);
  }
  const skipped = dataset.report.skipped.reduce((sum, { count }) => sum + count, 0);
  if (reference.rows !== undefined && pids.length + skipped !== reference.rows) {
    throw new WrongValue(
      `${pids.length} rows read and ${skipped} left out of ${reference.rows}: some are lost`,
    );
  }
}

function comparePoint(
  batch: SeriesBatch,
  index: number,
  point: PlainTable['points'][number],
  degrees: number,
  attributeOf: Tolerance['attributeOf'],
): void {
  const epochs = batch.axis.days.length;
  const pairs: [what: string, ours: unknown, reference: unknown][] = [];
  if (!(Math.abs(batch.longitude[index] - point.longitude) <= degrees)) {
    pairs.push(['longitude', batch.longitude[index], point.longitude]);
  }
  if (!(Math.abs(batch.latitude[index] - point.latitude) <= degrees)) {
    pairs.push(['latitude', batch.latitude[index], point.latitude]);
  }
  point.displacements.forEach((value, epoch) => {
    pairs.push([`displacement ${epoch}`, batch.displacements[index * epochs + epoch], value]);
  });
  if (attributeOf !== undefined) {
    batch.attributes.forEach(({ name, values }, field) => {
      pairs.push([name, values[index], attributeOf(point.attributes[field], field)]);
    });
  }
  const wrong = pairs.find(([, ours, reference]) => !Object.is(ours, reference));
  if (wrong) {
    throw new WrongValue(
      `${point.pid}: ${wrong[0]} is ${String(wrong[1])}, the reference has ${String(wrong[2])}`,
    );
  }
}
