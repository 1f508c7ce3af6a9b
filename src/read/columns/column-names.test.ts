import { describe, expect, it } from 'vitest';
import { canonicalNames, findRole } from './column-names.js';

describe('canonicalNames', () => {
  it('gives the columns of older EGMS releases their newest names', () => {
    expect(canonicalNames(['pid', 'height', 'height_wgs84', 'rmse', 'temporal_coherence'])).toEqual([
      'pid',
      'height_ortho',
      'height_ellipse',
      'rmse_ts',
      'temporal_coherence',
    ]);
  });

  it('leaves an older name alone where the newest stands beside it', () => {
    expect(canonicalNames(['rmse', 'rmse_ts'])).toEqual(['rmse', 'rmse_ts']);
  });

  it('keeps unknown names, and tells equal and empty ones apart', () => {
    expect(canonicalNames(['Vel', 'note', 'note', '', 'Coher'])).toEqual([
      'Vel',
      'note',
      'note_2',
      'column_4',
      'temporal_coherence',
    ]);
  });
});

describe('findRole', () => {
  it('prefers the better name whatever the order and the case', () => {
    expect(findRole('pid', ['ID', 'Code', 'PID'])).toBe(2);
    expect(findRole('latitude', ['Y', 'LAT'])).toBe(1);
    expect(findRole('longitude', ['lat', 'vel'])).toBeUndefined();
  });
});
