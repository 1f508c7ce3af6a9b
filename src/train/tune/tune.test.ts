import { describe, expect, it } from 'vitest';
import { surveyArchitecture } from '../../network/trunk.js';
import { loadNodeRuntime } from '../../runtime/session.node.js';
import { granadaCalendar } from '../../simulate/calendars.js';
import { simulateSamples } from '../../simulate/samples.js';
import { PAPER_SHARES, splitStratified } from '../split.js';
import { countJobs, remainingJobs, type TrialScore } from './halving.js';
import {
  encodeLine,
  parseLeaderboard,
  rankTrials,
  type SearchHeader,
  type TrialResult,
} from './leaderboard.js';
import { runTrial } from './run-trial.js';
import { configurationOf, recipeOfConfiguration } from './search-space.js';

const plan = { trials: 9, epochs: [1, 3, 9] };

describe('successive halving', () => {
  it('keeps the best third, and goes on from any state', () => {
    const scores: TrialScore[] = [];
    const rounds: number[][] = [];
    for (let jobs = remainingJobs(plan, scores); jobs.length > 0; jobs = remainingJobs(plan, scores)) {
      const { trial, round } = jobs[0];
      rounds[round] = [...(rounds[round] ?? []), trial];
      // Trial 7 is best, then 2, then 5.
      scores.push({ trial, round, accuracy: [0.1, 0.2, 0.8, 0.3, 0.2, 0.7, 0.1, 0.9, 0.4][trial] });
    }
    expect(rounds.map((members) => [...members].sort())).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      [2, 5, 7],
      [7],
    ]);
    expect(scores).toHaveLength(countJobs(plan));
  });
});

describe('search space', () => {
  it('gives the paper first, the same for the same seed, and networks that can all be built', () => {
    expect(configurationOf(0, 'a').blocks[0].filters).toBe(138);
    expect(configurationOf(5, 'a')).toEqual(configurationOf(5, 'a'));
    expect(configurationOf(5, 'a')).not.toEqual(configurationOf(5, 'b'));
    for (let trial = 0; trial < 60; trial++) {
      const recipe = recipeOfConfiguration(configurationOf(trial, 'a'), 5);
      const architecture = recipe.createArchitecture({
        epochs: 60,
        features: 0,
        heads: { class: { size: 3, loss: 'softmax' } },
      });
      expect(surveyArchitecture(architecture).parameterCount).toBeGreaterThan(100);
    }
  });
});

describe('leaderboard', () => {
  const header: SearchHeader = { search: 1, dataHash: 'd', seed: '1', trials: 9, epochs: [1, 3, 9] };
  const result = (trial: number, round: number, right: number): TrialResult => ({
    trial,
    round,
    epochs: plan.epochs[round],
    configuration: configurationOf(trial, '1'),
    validation: { right, count: 100 },
    test: { right: right - 1, count: 100 },
    parameters: 10,
    multiplyAdds: 20,
    seconds: 1,
  });

  it('comes back as written, without a last line that was cut short', () => {
    const results = [result(0, 0, 50), result(1, 0, 60)];
    const text = [header, ...results].map(encodeLine).join('');
    expect(parseLeaderboard(text, header, 'l.jsonl')).toEqual(results);
    expect(parseLeaderboard(`${text}{"trial": 3, "ro`, header, 'l.jsonl')).toEqual(results);
  });

  it('refuses other searches and damaged lines', () => {
    const text = encodeLine(header);
    expect(() => parseLeaderboard(text, { ...header, seed: '2' }, 'l')).toThrow(
      /other samples, another seed/,
    );
    expect(() => parseLeaderboard('{}\n', header, 'l')).toThrow(/not the leaderboard/);
    expect(() => parseLeaderboard(`${text}{"trial":1}\n`, header, 'l')).toThrow(
      /l, line 2: This line is no result/,
    );
    expect(() => parseLeaderboard(`${text}nonsense\n`, header, 'l')).toThrow(/line 2: This line is not JSON/);
  });

  it('ranks by how far a trial came, then by accuracy', () => {
    const ranked = rankTrials([result(0, 0, 90), result(1, 0, 60), result(2, 0, 70), result(2, 1, 65)]);
    expect(ranked.map(({ trial }) => trial)).toEqual([2, 0, 1]);
    expect(ranked[0].accuracy.value).toBe(0.65);
  });
});

describe('a trial', () => {
  it('learns, and is the same for the same seed', async () => {
    const axis = granadaCalendar(1);
    const samples = simulateSamples({ kind: 'textbook', axis, seed: 1, seriesPerClass: 40 });
    const series = samples.displacements.map((value) => value / 10);
    const trialSamples = {
      epochs: axis.days.length,
      classes: 5,
      series,
      labels: samples.labels,
      split: splitStratified(samples.labels, PAPER_SHARES, 1),
    };
    const runtime = await loadNodeRuntime();
    const job = { trial: 3, round: 0, epochs: 2 };
    const { seconds: first, ...one } = await runTrial(runtime, trialSamples, 's', job);
    const { seconds: second, ...two } = await runTrial(runtime, trialSamples, 's', job);
    expect(two).toEqual(one);
    expect(one.validation.count + one.test.count).toBe(60);
    expect(first + second).toBeGreaterThan(0);
  });
});
