/** A column of numbers as the page holds it; `NaN` is missing, dates are days since 1970-01-01. */
export interface NumberColumn {
  readonly kind: 'number' | 'date' | 'boolean';
  readonly name: string;
  readonly description: string | undefined;
  readonly values: Float32Array | Float64Array;
  readonly present: number;
  readonly low: number;
  readonly high: number;
  /** The values that 2 % and 98 % lie below: a span for colours that single outliers do not stretch. */
  readonly usualLow: number;
  readonly usualHigh: number;
}

/** A column of texts: every row's place in the list of different ones. */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  readonly description: string | undefined;
  readonly codes: Uint32Array;
  readonly texts: readonly string[];
}

export type Column = NumberColumn | TextColumn;

/** A text column on its way between threads: one long text goes over many times faster than a million short ones. */
export interface JoinedTexts extends Omit<TextColumn, 'texts'> {
  readonly joined: string;
}

const SEPARATOR = '\u0000';

export function joinTexts({ texts, ...rest }: TextColumn): JoinedTexts {
  // No text of a file holds the separator, or it would be two afterwards.
  return { ...rest, joined: texts.map((text) => text.replaceAll(SEPARATOR, ' ')).join(SEPARATOR) };
}

export function splitTexts({ joined, ...rest }: JoinedTexts): TextColumn {
  return { ...rest, texts: joined.split(SEPARATOR) };
}

const SAMPLE = 50_000;

/** Surveys numbers for scales and sliders; the quantiles are those of an even sample of a large column. */
export function surveyNumbers(
  name: string,
  kind: NumberColumn['kind'],
  description: string | undefined,
  values: Float32Array | Float64Array,
): NumberColumn {
  let low = Infinity;
  let high = -Infinity;
  let present = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    present++;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const step = Math.max(1, Math.floor(present / SAMPLE));
  const sample: number[] = [];
  let seen = 0;
  for (const value of values) {
    if (Number.isFinite(value) && seen++ % step === 0) sample.push(value);
  }
  const sorted = Float64Array.from(sample).sort();
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return {
    kind,
    name,
    description,
    values,
    present,
    low,
    high,
    usualLow: present === 0 ? low : quantile(0.02),
    usualHigh: present === 0 ? high : quantile(0.98),
  };
}

export function encodeTexts(
  name: string,
  description: string | undefined,
  values: readonly string[],
): TextColumn {
  const places = new Map<string, number>();
  const codes = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let place = places.get(values[i]);
    if (place === undefined) {
      place = places.size;
      places.set(values[i], place);
    }
    codes[i] = place;
  }
  return { kind: 'text', name, description, codes, texts: [...places.keys()] };
}

export function textAt(column: TextColumn, row: number): string {
  return column.texts[column.codes[row]];
}
