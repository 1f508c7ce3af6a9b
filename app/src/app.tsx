import { useEffect, useRef, useState } from 'preact/hooks';
import { areasFromGeojson } from './areas/area-geojson.js';
import { AreaPanel } from './areas/area-panel.js';
import { openFiles } from './classify/open-files.js';
import { LabelPanel } from './labels/label-panel.js';
import { createLabeller, type Labeller } from './labels/labeller.js';
import { ClassPanel } from './panels/class-panel.js';
import { ColourPanel } from './panels/colour-panel.js';
import { FilterPanel } from './panels/filter-panel.js';
import { Header } from './panels/header.js';
import { MapStatus } from './panels/map-status.js';
import { Welcome } from './panels/welcome.js';
import { PointPanel } from './point/point-panel.js';
import type { Explorer } from './state/explorer.js';
import type { Session } from './state/session.js';
import { useStore } from './state/store.js';

const TABS = [
  { id: 'map', title: 'Map' },
  { id: 'areas', title: 'Areas' },
  { id: 'labels', title: 'Labels' },
] as const;
type Tab = (typeof TABS)[number]['id'];

export function App({ explorer, session }: { explorer: Explorer; session: Session | undefined }) {
  const state = useStore(explorer.store);
  const mapElement = useRef<HTMLDivElement>(null);
  const [tab, setTab] = useState<Tab>('map');
  const [labeller, setLabeller] = useState<Labeller>();
  const [isDropping, setDropping] = useState(false);
  const { loaded, busy, problem, selected } = state;

  useEffect(() => {
    void start();
    async function start() {
      await explorer.attachMap(mapElement.current!, session?.basemap);
      if (session) {
        const { result, series, areas } = session;
        await explorer.open(
          { name: result.name, url: result.url },
          { series, areas: areas ? areasFromGeojson(areas) : [] },
        );
      }
      // By this, scripts that drive the page know that it is ready.
      document.documentElement.dataset.ready = 'yes';
    }
  }, []);

  useEffect(() => {
    if (!loaded) return;
    let isCurrent = true;
    void createLabeller(loaded, session).then((next) => {
      if (isCurrent) setLabeller(next);
    });
    return () => {
      isCurrent = false;
    };
  }, [loaded]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
      if (event.key === 'Escape') {
        if (explorer.store.get().draft) explorer.finishDrawing(false);
        else explorer.select(undefined);
      } else if (event.key === ']') explorer.step(1);
      else if (event.key === '[') explorer.step(-1);
      else if (event.key === 'Enter' && target.classList.contains('maplibregl-canvas')) {
        if (explorer.store.get().draft) explorer.finishDrawing(true);
        else explorer.selectMiddle();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  useEffect(() => {
    const onOver = (event: DragEvent) => {
      event.preventDefault();
      setDropping(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDropping(false);
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      setDropping(false);
      open([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, []);

  const open = (files: readonly File[]) => void openFiles(explorer, files);
  return (
    <div class="page">
      <Header explorer={explorer} state={state} onFiles={open} />
      <aside class="side" aria-label="Controls">
        {loaded && (
          <>
            <div class="tabs" role="tablist" aria-label="Panels">
              {TABS.map(({ id, title }) => (
                <button
                  key={id}
                  type="button"
                  role="tab"
                  id={`tab-${id}`}
                  aria-selected={tab === id}
                  aria-controls="tab-panel"
                  onClick={() => setTab(id)}
                >
                  {title}
                </button>
              ))}
            </div>
            <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} class="panels">
              {tab === 'map' && (
                <>
                  <ColourPanel explorer={explorer} state={state} />
                  <ClassPanel explorer={explorer} state={state} />
                  <FilterPanel explorer={explorer} state={state} />
                </>
              )}
              {tab === 'areas' && <AreaPanel explorer={explorer} state={state} />}
              {tab === 'labels' && labeller && (
                <LabelPanel explorer={explorer} state={state} labeller={labeller} />
              )}
            </div>
          </>
        )}
        {!loaded && <Welcome explorer={explorer} onFiles={open} isServed={session !== undefined} />}
      </aside>
      <main class="stage">
        <div class="map" ref={mapElement} />
        <MapStatus state={state} explorer={explorer} />
        {busy && (
          <div class="busy" role="status">
            <span>{busy.what} …</span>
            <progress
              {...(busy.fraction === undefined ? {} : { value: busy.fraction })}
              max={1}
              aria-label={busy.what}
            />
            {busy.cancel && (
              <button type="button" onClick={busy.cancel}>
                Cancel
              </button>
            )}
          </div>
        )}
        {problem && (
          <div class="problem" role="alert">
            <p>{problem}</p>
            <button type="button" onClick={() => explorer.dismiss()}>
              Close
            </button>
          </div>
        )}
        {isDropping && (
          <div class="drop-hint">Drop a classified map (GeoParquet), or EGMS CSV or ZIP to classify here</div>
        )}
      </main>
      {loaded && selected !== undefined && <PointPanel explorer={explorer} state={state} row={selected} />}
    </div>
  );
}
