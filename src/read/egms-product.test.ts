import { describe, expect, it } from 'vitest';
import { describeEgms, recogniseEgms } from './egms-product.js';

const none: ReadonlySet<string> = new Set();
const describeName = (name: string) => describeEgms(recogniseEgms(name, none)!);

describe('recogniseEgms', () => {
  it('reads the names of the product description', () => {
    expect(
      describeName('x/EGMS_L2a_088_0282_IW2_VV_2018_2022_1.zip/EGMS_L2a_088_0282_IW2_VV_2018_2022_1.csv'),
    ).toBe('EGMS L2a (basic), track 088, burst 0282, IW2, 2018-2022');
    expect(describeName('EGMS_L2b_022_0845_IW1_VV.csv')).toBe(
      'EGMS L2b (calibrated), track 022, burst 0845, IW1',
    );
    expect(describeName('EGMS_L3_E46N19_100km_U_2020_2024_1.csv')).toBe(
      'EGMS L3 (ortho), vertical, tile E46N19, 2020-2024',
    );
    expect(recogniseEgms('EGMS_L3_E46N19_100km_E.csv', none)).toMatchObject({
      level: 'L3',
      component: 'east',
    });
  });

  it('goes by the columns where the name says nothing', () => {
    const shared = ['mean_velocity', 'mean_velocity_std', 'acceleration_std', 'seasonality_std', 'rmse_ts'];
    const level = (...more: string[]) => recogniseEgms('points.csv', new Set([...shared, ...more]))?.level;
    expect(level('mp_type', 'los_east', 'cluster_label')).toBe('L2a');
    expect(level('mp_type', 'los_east')).toBe('L2b');
    expect(level('easting', 'northing')).toBe('L3');
    expect(level()).toBeUndefined();
    expect(recogniseEgms('points.csv', none)).toBeUndefined();
  });
});
