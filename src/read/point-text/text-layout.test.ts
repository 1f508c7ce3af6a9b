import { describe, expect, it } from 'vitest';
import { layOutByDates } from './text-layout.js';

const dates = [18_264, 18_276, 18_288];
const layOut = (lines: readonly string[], columnNames?: readonly string[]) =>
  layOutByDates(lines, { dates, columnNames }, 'rows.txt');

describe('layOutByDates', () => {
  const names = ['pid', 'region', 'longitude', 'latitude'];

  it('takes no row for a line of names because it has texts in it', () => {
    const rows = ['A1 north 13.5 38.25 0.1 0.2 0.3', 'A2 south 13.6 38.25 0.1 NaN 0.3'];
    expect(layOut(rows, names)).toMatchObject({ linesBefore: 0, names });
    expect(layOut(['code area lon lat d1 d2 d3', ...rows], names)).toMatchObject({ linesBefore: 1, names });
  });

  it('takes names from a first line, and two columns for a place', () => {
    expect(layOut(['pid lon lat', 'A1 13.5 38.25 0.1 0.2 0.3'])).toMatchObject({
      linesBefore: 1,
      names: ['pid', 'lon', 'lat'],
      warnings: [],
    });
    expect(layOut(['13.5 38.25 0.1 0.2 0.3'])).toMatchObject({
      linesBefore: 0,
      names: ['longitude', 'latitude'],
      warnings: [expect.stringContaining('--columns')],
    });
  });

  it('refuses columns that do not fit the dates, and asks for names', () => {
    expect(() => layOut(['13.5 38.25 0.1 0.2'])).toThrow('The rows have 4 columns and the list of dates 3');
    expect(() => layOut(['1 13.5 38.25 0.1 0.2 0.3'])).toThrow('Nothing says what the first 3 columns are.');
    expect(() => layOut(['1 13.5 38.25 0.1 0.2 0.3'], ['pid', 'lat'])).toThrow('2 columns are named, but 3');
  });
});
