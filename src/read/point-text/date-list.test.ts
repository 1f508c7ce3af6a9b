import { describe, expect, it } from 'vitest';
import { formatDay } from '../../series/epoch-axis.js';
import { parseDateList } from './date-list.js';

describe('parseDateList', () => {
  it('takes the first date of every line, whatever stands around it', () => {
    const text = '# scenes\n20150309\r\n\n2015-04-02 12.5\nrslc/20150426.rslc rslc/20150426.rslc.par\n';
    expect(parseDateList(text, 'list').map(formatDay)).toEqual(['2015-03-09', '2015-04-02', '2015-04-26']);
  });

  it('names the line without a date', () => {
    // Days of the year are counted from 0 by some and from 1 by others.
    for (const line of ['2015068', '20151301', '201503091', '1120150309', 'today']) {
      expect(() => parseDateList(`20150309\n${line}\n20150402`, 'list')).toThrow(
        /list, line 2: There is no date/,
      );
    }
  });

  it('names the line of a date that is out of order or stands twice', () => {
    for (const date of ['20150309', '20150308']) {
      expect(() => parseDateList(`20150309\n\n${date}\n`, 'list')).toThrow(
        /^list, line 3: The date 2015-03-0[89] does not come after the one before it/,
      );
    }
  });

  it('wants two dates', () => {
    expect(() => parseDateList('20150309\n', 'list')).toThrow('holds 1 dates');
  });
});
