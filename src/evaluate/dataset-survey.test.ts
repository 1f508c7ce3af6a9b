import { expect, it } from 'vitest';
import type { Dataset } from '../series/dataset.js';
import { createEpochAxis, formatDay } from '../series/epoch-axis.js';
import { surveyDataset } from './dataset-survey.js';

const days = [0, 12, 24, 48, 60, 85, 97].map((day) => 18_000 + day);
const axis = createEpochAxis(days);

function datasetOf(rows: readonly (readonly number[])[]): Dataset {
  return {
    name: 'seven dates',
    format: 'made up',
    axis,
    fields: [{ name: 'temporal_coherence', kind: 'number' }],
    totalBytes: undefined,
    report: { rowsRead: rows.length, skipped: [], warnings: [] },
    async *batches() {
      yield {
        axis,
        count: rows.length,
        pids: rows.map((_, row) => `p${row}`),
        longitude: Float64Array.from(rows, (_, row) => 13 + row),
        latitude: Float64Array.from(rows, (_, row) => 38 - row),
        displacements: Float32Array.from(rows.flat()),
        attributes: [
          {
            name: 'temporal_coherence',
            kind: 'number',
            values: Float64Array.from(rows, (_, row) => 0.5 + 0.1 * row),
          },
        ],
      };
    },
  };
}

it('a survey tells the dates, their gaps and the extent', async () => {
  const survey = await surveyDataset(
    datasetOf([[0, 1, 0, 1, 0, 1, 0], [0, 3, Number.NaN, 3, 0, 3, 0], Array(7).fill(0)]),
  );
  expect(survey.points).toBe(3);
  expect(survey.extent).toEqual([13, 36, 15, 38]);
  expect(survey.dates.steps).toEqual([
    { days: 12, count: 4 },
    { days: 24, count: 1 },
    { days: 25, count: 1 },
  ]);
  // Twice the usual step is no gap yet.
  expect(survey.dates.gaps).toEqual([{ after: formatDay(days[4]), days: 25 }]);
  expect(survey.missingShare).toBeCloseTo(1 / 21, 12);
  expect(survey.coherence?.median).toBeCloseTo(0.6, 12);
  // The median change over 0.6745 deviations of a normal one, over the root of two: of 0, 1 and 3 mm the middle one.
  expect(survey.noiseMm.median).toBeCloseTo(1 / 0.67449 / Math.SQRT2, 4);
});

it('a survey of nothing says so', async () => {
  const survey = await surveyDataset(datasetOf([]));
  expect(survey.points).toBe(0);
  expect(survey.missingShare).toBe(0);
  expect(survey.coherence).toBeUndefined();
  expect(survey.limits).toBeUndefined();
});
