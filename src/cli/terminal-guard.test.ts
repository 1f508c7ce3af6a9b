import { describe, expect, it } from 'vitest';
import { neutraliseControls } from './terminal-guard.js';

describe('neutraliseControls', () => {
  it.each([
    ['\u001b]0;owned\u0007', '\\u001b]0;owned\\u0007'],
    ['\u001b[2J\u001b[1;1H', '\\u001b[2J\\u001b[1;1H'],
    ['a\rb\bc\u007f\u009b5n', 'a\\u000db\\u0008c\\u007f\\u009b5n'],
    ['\u202eevil', '\\u202eevil'],
    ['a\u0000b', 'a\\u0000b'],
    ['\u001b[8mhidden', '\\u001b[8mhidden'],
    ['\u001b[38;5;1m', '\\u001b[38;5;1m'],
    ['true\r\u001b[Kforged', 'true\\u000d\\u001b[Kforged'],
  ])('shows %j as text', (hostile, shown) => {
    expect(neutraliseControls(hostile)).toBe(shown);
  });

  it.each(['two\nlines\tand a tab', '\u001b[31mred\u001b[0m', '\r\u001b[K[===] 12 %', 'Südtirol 東京 🛰️'])(
    'leaves %j alone',
    (text) => {
      expect(neutraliseControls(text)).toBe(text);
    },
  );

  it('keeps the meaning of JSON', () => {
    const value = { pid: '\u009b31m\u007f\u001b' };
    expect(JSON.parse(neutraliseControls(JSON.stringify(value)))).toEqual(value);
  });
});
