import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatDay } from '../../../src/index.js';
import type { NumberColumn } from '../data/column.js';
import { classColour } from '../map/colours.js';
import { encodeRows } from '../panels/export-rows.js';
import { Histogram } from '../panels/histogram.js';
import { saveFile } from '../panels/save-file.js';
import { drawSeries } from '../point/series-plot.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { countBins, countClasses } from '../state/filters.js';
import { rowsInArea } from './area-rows.js';
import { type AreaSeries, summarizeSeries } from './area-series.js';

const LISTED_POINTS = 12;
const MEDIAN = '#12303b';
const MEAN = '#0b6178';
const BAND = '#a9c6d0';

/** An area as a whole: classes, how its middle half moves, when it broke, and its points. */
export function AreaReport({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { loaded, areas, chosenArea, visible, columns } = state;
  const area = areas[chosenArea!];
  const rows = useMemo(
    () => rowsInArea(loaded!, area).filter((row) => visible[row] === 1),
    [loaded, area, visible],
  );
  const counts = useMemo(() => {
    const inside = new Uint8Array(loaded!.points);
    for (const row of rows) inside[row] = 1;
    return countClasses(loaded!.codes, loaded!.classes.length, (row) => inside[row] === 1);
  }, [rows]);
  const [series, setSeries] = useState<AreaSeries>();
  const [problem, setProblem] = useState('');
  const plot = useRef<HTMLDivElement>(null);
  const breaks = columns.get('break_date') as NumberColumn | undefined;

  useEffect(() => void explorer.need('break_date'), [loaded]);
  useEffect(() => {
    let isCurrent = true;
    setSeries(undefined);
    setProblem('');
    summarizeSeries(loaded!, rows).then(
      (next) => isCurrent && setSeries(next),
      (error: Error) => isCurrent && setProblem(error.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [rows]);
  useEffect(() => {
    if (!series || !plot.current) return;
    const drawn = drawSeries(plot.current, {
      days: series.days,
      lines: [
        { label: 'quarter above', colour: BAND, values: series.upperQuartile, style: 'thin' },
        { label: 'quarter below', colour: BAND, values: series.lowerQuartile, style: 'thin' },
        { label: 'median', colour: MEDIAN, values: series.median, style: 'line' },
        { label: 'mean', colour: MEAN, values: series.mean, style: 'dashed' },
      ],
      band: { upper: 0, lower: 1, colour: BAND },
      title: `Median, mean and quartiles of the displacement in ${area.name}`,
      height: 170,
    });
    return () => drawn.destroy();
  }, [series]);

  const bins = useMemo(() => {
    if (!breaks || breaks.present === 0) return undefined;
    const mask = new Uint8Array(loaded!.points);
    for (const row of rows) mask[row] = 1;
    const found = countBins(breaks.values, mask, breaks.low, breaks.high, 30);
    return found.some((count) => count > 0) ? found : undefined;
  }, [breaks, rows]);

  return (
    <div class="area-report">
      <h2>{area.name}</h2>
      <p class="small">
        {rows.length.toLocaleString('en-GB')} points shown in it
        {loaded!.tiling && !loaded!.tiling.isWhole && ', of those drawn: zoom in for all'}
      </p>
      <div
        class="share-bar"
        role="img"
        aria-label={loaded!.classes.map((name, code) => `${name} ${counts[code]}`).join(', ')}
      >
        {loaded!.classes.map((name, code) =>
          counts[code] > 0 ? (
            <span
              key={name}
              style={{ flexGrow: counts[code], background: classColour(name, code) }}
              title={`${name} ${counts[code]}`}
            />
          ) : null,
        )}
      </div>
      <ul class="share-list">
        {loaded!.classes.map((name, code) => (
          <li key={name}>
            <span class="swatch" style={{ background: classColour(name, code) }} /> {name}{' '}
            <b>{counts[code]}</b>
          </li>
        ))}
      </ul>
      {problem && <p role="alert">{problem}</p>}
      {series && (
        <>
          <p class="small">
            Displacement about the first year, mm
            {series.used < rows.length ? `, of ${series.used} points evenly chosen` : ''}
          </p>
          <p class="axis-title legend">
            <i class="dash" style={{ background: MEDIAN }} /> median
            <i class="dash" style={{ background: MEAN }} /> mean (dashed)
            <i class="band" style={{ background: BAND }} /> middle half
          </p>
          <div ref={plot} class="plot" />
        </>
      )}
      {bins && (
        <>
          <p class="small">Break dates</p>
          <div>
            <Histogram bins={bins} title={`Break dates in ${area.name}`} />
            <div class="ends">
              <span>{formatDay(breaks!.low)}</span>
              <span>{formatDay(breaks!.high)}</span>
            </div>
          </div>
        </>
      )}
      <ol class="point-list">
        {rows.slice(0, LISTED_POINTS).map((row) => (
          <li key={row}>
            <button type="button" class="link" onClick={() => explorer.select(row, { show: true })}>
              {loaded!.pidOf(row)}
            </button>
          </li>
        ))}
        {rows.length > LISTED_POINTS && (
          <li class="small">and {(rows.length - LISTED_POINTS).toLocaleString('en-GB')} more</li>
        )}
      </ol>
      <div class="button-row">
        <button
          type="button"
          disabled={rows.length === 0}
          onClick={() =>
            void explorer.attempt('Preparing the download', async (signal, report) => {
              const mask = new Uint8Array(loaded!.points);
              for (const row of rows) mask[row] = 1;
              saveFile(`${area.name}.csv`, await encodeRows(loaded!, mask, 'csv', signal, report));
            })
          }
        >
          Save its points (CSV)
        </button>
        {series && (
          <button
            type="button"
            onClick={() => saveFile(`${area.name}-series.csv`, formatSeriesCsv(series), 'text/csv')}
          >
            Save its series (CSV)
          </button>
        )}
      </div>
    </div>
  );
}

function formatSeriesCsv({ days, mean, median, lowerQuartile, upperQuartile }: AreaSeries): string {
  const lines = Array.from(days, (day, i) => {
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
    return [date, mean[i], median[i], lowerQuartile[i], upperQuartile[i]]
      .map((value) => (typeof value === 'number' ? String(Number(value.toFixed(3))) : value))
      .join(',');
  });
  return ['date,mean_mm,median_mm,lower_quartile_mm,upper_quartile_mm', ...lines, ''].join('\n');
}
