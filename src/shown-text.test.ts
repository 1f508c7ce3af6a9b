import { describe, expect, it } from 'vitest';
import { showText } from './shown-text.js';

describe('showText', () => {
  it.each([
    ['two\nlines', 'two\\u000alines'],
    ['a\r\tb', 'a\\u000d\\u0009b'],
    ['\u001b[2J', '\\u001b[2J'],
    ['\u202eevil\u2066', '\\u202eevil\\u2066'],
    ['Südtirol 東京 🛰️', 'Südtirol 東京 🛰️'],
  ])('keeps %j on one line', (text, shown) => {
    expect(showText(text)).toBe(shown);
  });
});
