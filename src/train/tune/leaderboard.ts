import { z } from 'zod';
import { GroundTrendError } from '../../errors.js';
import { type Estimate, shareEstimate } from '../../evaluate/interval.js';
import type { TrialConfiguration } from './search-space.js';

const headerSchema = z.object({
  search: z.literal(1),
  dataHash: z.string(),
  seed: z.string(),
  trials: z.int(),
  epochs: z.array(z.int()),
});

const resultSchema = z.object({
  trial: z.int(),
  round: z.int(),
  epochs: z.int(),
  configuration: z.custom<TrialConfiguration>((value) => typeof value === 'object' && value !== null),
  /** Of the validation samples, on which trials are chosen, and of the test samples, on which they are not. */
  validation: z.object({ right: z.int(), count: z.int() }),
  test: z.object({ right: z.int(), count: z.int() }),
  parameters: z.int(),
  multiplyAdds: z.int(),
  seconds: z.number(),
});

/** What is searched, and on which data: a search is resumed only as the same. */
export type SearchHeader = z.infer<typeof headerSchema>;
export type TrialResult = z.infer<typeof resultSchema>;

/** One line of the file, with its end. */
export function encodeLine(value: SearchHeader | TrialResult): string {
  return `${JSON.stringify(value)}\n`;
}

/**
 * Reads the results of an interrupted search; a last line cut short is left out. Throws `input` where the file is no
 * leaderboard, is damaged, or belongs to another search.
 */
export function parseLeaderboard(text: string, expected: SearchHeader, file: string): TrialResult[] {
  const lines = text.split('\n');
  // What stands after the last line end was being written when the search was stopped.
  const whole = lines.slice(0, -1);
  const values = whole.map((line, index) => parseLine(line, file, index + 1));
  const header = headerSchema.safeParse(values[0]);
  if (!header.success) {
    throw new GroundTrendError('input', 'This is not the leaderboard of a search.', {
      place: { file, line: 1 },
    });
  }
  if (JSON.stringify(header.data) !== JSON.stringify(expected)) {
    throw new GroundTrendError('input', 'This search is of other samples, another seed or other rounds.', {
      place: { file, line: 1 },
      advice: 'Give the same samples and options as before, or start anew with --overwrite.',
    });
  }
  return values.slice(1).map((value, index) => {
    const parsed = resultSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new GroundTrendError('input', 'This line is no result of a search.', {
      place: { file, line: index + 2 },
    });
  });
}

/** A trial with the accuracy of its longest training. */
export interface RankedTrial extends TrialResult {
  readonly accuracy: Estimate;
  readonly testAccuracy: Estimate;
}

/** Every trial once, those that came furthest first, the best of them first. */
export function rankTrials(results: readonly TrialResult[]): RankedTrial[] {
  const last = new Map<number, TrialResult>();
  for (const result of results) {
    if (result.round >= (last.get(result.trial)?.round ?? 0)) last.set(result.trial, result);
  }
  return [...last.values()]
    .map((result) => ({
      ...result,
      accuracy: shareEstimate(result.validation.right, result.validation.count),
      testAccuracy: shareEstimate(result.test.right, result.test.count),
    }))
    .sort((a, b) => b.round - a.round || b.accuracy.value - a.accuracy.value || a.trial - b.trial);
}

function parseLine(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new GroundTrendError('input', 'This line is not JSON.', { place: { file, line: number }, cause });
  }
}
