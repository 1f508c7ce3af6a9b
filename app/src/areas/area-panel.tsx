import { useState } from 'preact/hooks';
import { FileButton } from '../panels/file-button.js';
import { saveFile } from '../panels/save-file.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { areasFromGeojson, areasToGeojson } from './area-geojson.js';
import { AreaReport } from './area-report.js';
import { circleArea } from './area-rows.js';

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
