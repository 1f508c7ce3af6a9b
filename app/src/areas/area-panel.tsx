import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { NumberColumn } from '../data/column.js';
import { classColour } from '../map/colours.js';
import { encodeRows } from '../panels/export-rows.js';
import { FileButton } from '../panels/file-button.js';
import { Histogram } from '../panels/histogram.js';
import { saveFile } from '../panels/save-file.js';
import { drawSeries } from '../point/series-plot.js';
import type { Explorer, ExplorerState } from '../state/explorer.js';
import { countBins, countClasses } from '../state/filters.js';
import { areasFromGeojson, areasToGeojson } from './area-geojson.js';
import { circleArea, rowsInArea } from './area-rows.js';
import { type AreaSeries, summarizeSeries } from './area-series.js';

const LISTED_POINTS = 12;

export function AreaPanel({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { areas, chosenArea, draft, view } = state;
  const [radius, setRadius] = useState('500');

  function load(files: readonly File[]): void {
    void explorer.attempt(`Reading ${files[0].name}`, async () => {
      const found = areasFromGeojson(JSON.parse(await files[0].text()));
      explorer.setAreas([...areas, ...found], areas.length);
    });
  }

  return (
    <section class="panel" aria-label="Areas">
      <div class="button-row">
        <button
          type="button"
          class="primary"
          aria-pressed={draft !== undefined}
          onClick={() => (draft ? explorer.finishDrawing(true) : explorer.startDrawing())}
        >
          {draft ? 'Close the outline' : 'Draw an area'}
        </button>
        <FileButton title="Load GeoJSON …" accept=".geojson,.json" onFiles={load} />
      </div>
      <form
        class="button-row"
        onSubmit={(event) => {
          event.preventDefault();
          const metres = Number(radius);
          if (!view || !(metres > 0)) return;
          const circle = circleArea(`Circle ${areas.length + 1}`, view.longitude, view.latitude, metres);
          explorer.setAreas([...areas, circle], areas.length);
        }}
      >
        <label class="field inline">
          <span>Circle about the middle of the map, radius in m</span>
          <input
            type="number"
            min="10"
            max="200000"
            value={radius}
            onInput={(event) => setRadius(event.currentTarget.value)}
          />
        </label>
        <button type="submit">Add</button>
      </form>
      {areas.length === 0 && (
        <p class="small">Outline a slope, a dam or a town to see how it moves as a whole.</p>
      )}
      <ul class="area-list">
        {areas.map((area, index) => (
          <li key={index}>
            <button
              type="button"
              aria-pressed={index === chosenArea}
              onClick={() => {
                explorer.setAreas(areas, index);
                explorer.fitTo(boundsOfRing(area.ring));
              }}
            >
              {area.name}
            </button>
            <button
              type="button"
              class="link"
              aria-label={`Remove ${area.name}`}
              onClick={() => explorer.setAreas(areas.filter((_, other) => other !== index))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {chosenArea !== undefined && areas[chosenArea] && <AreaReport explorer={explorer} state={state} />}
      {areas.length > 0 && (
        <button
          type="button"
          onClick={() =>
            saveFile('areas.geojson', JSON.stringify(areasToGeojson(areas)), 'application/geo+json')
          }
        >
          Save areas (GeoJSON)
        </button>
      )}
    </section>
  );
}

function AreaReport({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
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
        { label: 'quarter above', colour: '#7aa5b5', values: series.upperQuartile, style: 'thin' },
        { label: 'quarter below', colour: '#7aa5b5', values: series.lowerQuartile, style: 'thin' },
        { label: 'median', colour: '#12303b', values: series.median, style: 'line' },
        { label: 'mean', colour: '#c05621', values: series.mean, style: 'thin' },
      ],
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
      <p class="small">{rows.length.toLocaleString('en-GB')} points shown in it</p>
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
          <p class="axis-title">
            displacement since the first year, mm: median (bold), mean, quartiles
            {series.used < rows.length ? `, of ${series.used} points evenly chosen` : ''}
          </p>
          <div ref={plot} class="plot" />
        </>
      )}
      {bins && (
        <>
          <p class="axis-title">break dates</p>
          <Histogram bins={bins} title={`Break dates in ${area.name}`} />
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

function boundsOfRing(ring: readonly (readonly [number, number])[]) {
  const longitudes = ring.map(([longitude]) => longitude);
  const latitudes = ring.map(([, latitude]) => latitude);
  return [
    Math.min(...longitudes),
    Math.min(...latitudes),
    Math.max(...longitudes),
    Math.max(...latitudes),
  ] as const;
}
