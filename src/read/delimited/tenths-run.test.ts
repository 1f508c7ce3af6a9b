import { describe, expect, it } from 'vitest';
import { scanTenths } from './tenths-run.js';

const DATES = 3;
const encoder = new TextEncoder();

const TENTHS = ['0.0', '-0.0', '9.9', '-9.9', '10.0', '-12.3', '00.5', '123.4', '-123.4', '999.9', '-007.0'];
/** Some are no numbers at all; "/" and ":" stand beside the digits, "-" and "." beside the comma. */
const OTHERS = [
  '|-|5|-5|5.|.5|-.5|1.25|-1.25|12.34|-123.45|12.3-|123.4.|1234.5|-1234.5|12345.6|12|-123|1e1|+1.5| 1.5|1.5 ',
  '--1.5|1-.5|-1-.5|1.-|/.5|:.5|1./|1.:|1/.5|1:.5|12/.5|12:.5|123./|123.:|1..5|12..|1.5.|1.5-|a.5|\xff.5|1.\xff',
].flatMap((forms) => forms.split('|'));
const ENDS = ['', '\n', '\r\n', '\n0.0,0.0,0.0,', '\n12.3', '9.9'];

interface Run {
  readonly values: number[];
  readonly position: number;
  readonly column: number;
}

/** Reads cells that begin at the very first byte of a view, after whatever `before` it, the last of them left. */
function run(text: string, delimiter: string, decimalMark: string, mmPerUnit: number, before: number): Run {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  const memory = new Uint8Array(new SharedArrayBuffer(before + bytes.length)).fill(0x39);
  memory.set(bytes, before);
  const displacements = new Float32Array(DATES + 2).fill(Number.NaN);
  const cursor = { position: 0, column: 10 };
  const marks = encoder.encode(delimiter + decimalMark);
  const data = new DataView(memory.buffer, before);
  scanTenths(data, cursor, 10 + DATES - 1, marks[0], marks[1], displacements, 1, mmPerUnit);
  return { values: [...displacements], ...cursor };
}

/** The same by splitting: leading cells of tenths, of which none that is nearer to the end than the longest counts. */
function runPlainly(text: string, delimiter: string, decimalMark: string, mmPerUnit: number): Run {
  const values = new Array(DATES + 2).fill(Number.NaN);
  const cells = text.split(delimiter);
  let position = 0;
  let column = 0;
  while (column < DATES - 1 && column < cells.length - 1 && position + 7 <= text.length) {
    const cell = cells[column].replace(decimalMark, '.');
    if (!/^-?\d{1,3}\.\d$/.test(cell) || !cells[column].includes(decimalMark)) break;
    values[1 + column++] = Math.fround(Number(cell) * mmPerUnit);
    position += cell.length + 1;
  }
  return { values, position, column: 10 + column };
}

describe.each([
  [',', '.', 1],
  [';', ',', 1000],
  ['\t', '.', 0.1],
  [' ', '.', 10],
])('a run of tenths, delimiter %j, decimal mark %j', (delimiter, decimalMark, mmPerUnit) => {
  it.each([0, 1, 7])('gives what splitting gives, every form at both edges (%i bytes before)', (before) => {
    const forms = [...TENTHS, ...OTHERS].map((form) => form.replaceAll('.', decimalMark));
    // Six more turns all four bytes into zeros, each by what the one before carries over.
    const marks = [decimalMark, delimiter].map((mark) => String.fromCharCode(0xff ^ mark.charCodeAt(0)));
    forms.push(`\xca${marks[0]}\xc9${marks[1]}`);
    let full = 0;
    for (const first of forms) {
      for (const second of forms) {
        for (const end of ENDS) {
          const text = [first, second, end.replaceAll(',', delimiter).replaceAll('.', decimalMark)].join(
            delimiter,
          );
          const found = run(text, delimiter, decimalMark, mmPerUnit, before);
          const expected = runPlainly(text, delimiter, decimalMark, mmPerUnit);
          if (!isSame(found, expected)) expect({ text, ...found }).toEqual({ text, ...expected });
          if (found.column === 10 + DATES - 1) full++;
        }
      }
    }
    expect(full).toBeGreaterThan(TENTHS.length ** 2);
  });

  it('gives every number of tenths', () => {
    for (let tenths = -9999; tenths <= 9999; tenths++) {
      const cell = `${tenths < 0 ? '-' : ''}${(Math.abs(tenths) / 10).toFixed(1)}`;
      const text = `${cell.replace('.', decimalMark)}${delimiter}\n      `;
      const { values } = run(text, delimiter, decimalMark, mmPerUnit, 0);
      const expected = Math.fround(Number(cell) * mmPerUnit);
      if (!Object.is(values[1], expected)) expect([cell, values[1]]).toEqual([cell, expected]);
    }
    expect(run(`-0${decimalMark}0${delimiter}\n   `, delimiter, decimalMark, mmPerUnit, 0).values[1]).toBe(
      -0,
    );
  });
});

function isSame(left: Run, right: Run): boolean {
  const isPlace = left.position === right.position && left.column === right.column;
  return isPlace && left.values.every((value, i) => Object.is(value, right.values[i]));
}
