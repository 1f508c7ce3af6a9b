import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { outputFiles, parseOptions } from './options.js';

describe('parseOptions', () => {
  it('asks where to write, whether the option is missing or empty', () => {
    const schema = z.object({ output: outputFiles('map.parquet') });
    for (const values of [{}, { output: [] }]) {
      expect(() => parseOptions(schema, values)).toThrow(
        '--output: say where to write, such as -o map.parquet',
      );
    }
    expect(parseOptions(schema, { output: ['a.csv'] })).toEqual({ output: ['a.csv'] });
  });

  it('names the option as it is typed', () => {
    const schema = z.object({ minCoherence: z.number().max(1) });
    expect(() => parseOptions(schema, { minCoherence: 7 })).toThrow(/^--min-coherence: /);
  });
});
