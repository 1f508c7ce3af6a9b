import { describe, expect, it } from 'vitest';
import { TREND_CLASSES } from '../series/trend-class.js';
import { buildQgisStyle } from './qgis-style.js';

describe('QGIS style', () => {
  const style = buildQgisStyle('class');

  it('has a category and a symbol for each class, in its colour', () => {
    const categories = [...style.matchAll(/<category type="string" value="(\w*)".* symbol="(\d)"/g)];
    expect(categories.map((match) => match[1])).toEqual([...TREND_CLASSES, '']);
    const colours = [...style.matchAll(/<prop k="color" v="([\d,]+)"/g)].map((match) => match[1]);
    expect(colours.slice(0, 5)).toEqual([
      '154,165,161,255',
      '0,114,178,255',
      '230,159,0,255',
      '204,51,17,255',
      '155,48,160,255',
    ]);
    expect(categories.map((match) => Number(match[2]))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, isEnd, name, , isEmpty] of style.matchAll(/<(\/?)([\w-]+)((?: [^<>]*?)?)(\/?)>/g)) {
      if (isEnd) expect(open.pop()).toBe(name);
      else if (!isEmpty) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('quotes the name of the column', () => {
    expect(buildQgisStyle('a"b<c&d')).toContain('attr="a&quot;b&lt;c&amp;d"');
  });
});
