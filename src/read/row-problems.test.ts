import { describe, expect, it } from 'vitest';
import type { ReadReport } from '../series/dataset.js';
import { createRowProblems, SKIP_REASON } from './row-problems.js';

const emptyReport = (): ReadReport => ({ rowsRead: 0, skipped: [], warnings: [] });

describe('createRowProblems', () => {
  it.each(['line', 'row'] as const)('names the %s, as the file is numbered', (countedIn) => {
    const report = emptyReport();
    const problems = createRowProblems('points', report, false, countedIn);
    problems.skip(SKIP_REASON.notANumber, { number: 7, pid: 'a', column: '20200103' });
    problems.spoilCell('height', 9);
    problems.spoilCell('height', 12);
    problems.finish();
    expect(report.skipped).toEqual([
      {
        reason: 'a displacement that is not a number',
        count: 1,
        examples: [{ file: 'points', [countedIn]: 7, pid: 'a', column: '20200103' }],
      },
    ]);
    expect(report.warnings).toEqual([
      `Column height: 2 cells are not numbers and were read as missing, the first in ${countedIn} 9.`,
    ]);
    const strict = createRowProblems('points', emptyReport(), true, countedIn);
    expect(() => strict.skip(SKIP_REASON.noPid, { number: 7 })).toThrow(
      `points, ${countedIn} 7: This row has no pid.`,
    );
    expect(() => strict.spoilCell('height', 9)).toThrow(`points, ${countedIn} 9, column height: This cell`);
  });

  it('adds what was counted elsewhere, five examples at the most', () => {
    const report = emptyReport();
    const elsewhere = createRowProblems('points', emptyReport(), false, 'line');
    for (let number = 1; number <= 4; number++) elsewhere.skip(SKIP_REASON.noPid, { number });
    elsewhere.spoilCell('height', 3);
    const tally = elsewhere.take();
    expect(elsewhere.take()).toEqual({ skipped: [], spoiled: [] });
    const problems = createRowProblems('points', report, false, 'line');
    problems.add(tally);
    problems.add(tally);
    problems.finish();
    expect(report.skipped).toMatchObject([{ count: 8 }]);
    expect(report.skipped[0].examples).toHaveLength(5);
    expect(report.warnings).toEqual([
      expect.stringMatching(/^Column height: 2 cells .* the first in line 3\.$/),
    ]);
  });
});
