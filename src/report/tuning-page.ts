import type { RankedTrial } from '../train/tune/leaderboard.js';
import { describeConfiguration } from '../train/tune/search-space.js';
import { interval } from './accuracy-table.js';
import { renderPage, renderTable } from './html-page.js';
import { markup } from './markup.js';
import { drawPlot } from './plot.js';

/** What a search has found: accuracy against cost, and the leaderboard. */
export function renderTuningPage(trials: readonly RankedTrial[], samples: string): string {
  const rounds = [...new Set(trials.map(({ round }) => round))].sort((a, b) => a - b);
  const colours = ['#b9c2bd', '#56b4e9', '#0072b2', '#cc3311', '#9b30a0'];
  const plot = drawPlot(
    rounds.map((round, index) => {
      const members = trials.filter((trial) => trial.round === round);
      return {
        name: `trained for ${members[0].epochs} epochs`,
        colour: colours[Math.max(0, index + colours.length - 1 - rounds.length)],
        points: members.map(({ multiplyAdds, accuracy, configuration }) => ({
          x: multiplyAdds,
          y: accuracy.value,
          low: accuracy.low,
          high: accuracy.high,
          title: describeConfiguration(configuration),
        })),
      };
    }),
    {
      title: 'Accuracy against cost',
      xLabel: 'multiply-adds a series',
      yLabel: 'accuracy on validation',
      isLogarithmic: true,
    },
  );
  const rows = trials.map(
    ({ trial, epochs, accuracy, testAccuracy, parameters, multiplyAdds, configuration }) => [
      describeConfiguration(configuration),
      String(trial),
      String(epochs),
      interval(accuracy),
      interval(testAccuracy),
      parameters.toLocaleString('en-GB'),
      multiplyAdds.toLocaleString('en-GB'),
    ],
  );
  const titles = ['network', 'trial', 'epochs', 'validation', 'test', 'parameters', 'multiply-adds'];
  const body = markup`<h1>Search for a network</h1>
<p>${samples}. Trials are chosen on the validation part, so that the best one's figure there flatters it; the test part took no part in the
choice. Intervals are 95 %.</p>
<div style="max-width:760px">${plot}</div>
<h2>Leaderboard</h2>
${renderTable(titles, rows)}`;
  return renderPage('Search for a network · groundtrend', body);
}
