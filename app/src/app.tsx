import { useEffect, useRef, useState } from 'preact/hooks';
import { areasFromGeojson } from './areas/area-geojson.js';
import { openFiles } from './classify/open-files.js';
import { useKeyboard } from './keyboard.js';
import { DropZone } from './panels/drop-zone.js';
import { Header } from './panels/header.js';
import { MapStatus } from './panels/map-status.js';
import { Notices } from './panels/notices.js';
import { Side } from './panels/side.js';
import { Welcome } from './panels/welcome.js';
import { PointPanel } from './point/point-panel.js';
import type { Explorer } from './state/explorer.js';
import type { Session } from './state/session.js';
import { useStore } from './state/store.js';
import { MapSwitch } from './training/map-switch.js';
import { createTrainer, type Trainer } from './training/trainer.js';
import { trainedSource } from './training/training-panel.js';

export function App({ explorer, session }: { explorer: Explorer; session: Session | undefined }) {
  const state = useStore(explorer.store);
  const mapElement = useRef<HTMLDivElement>(null);
  const [trainer, setTrainer] = useState<Trainer>();
  const { loaded, original, selected, isBlind } = state;
  useKeyboard(explorer);

  useEffect(() => {
    void start();
    async function start() {
      // The ground and the points come at the same time.
      const attached = explorer.attachMap(mapElement.current!, session?.basemap);
      attached.catch((error: Error) => explorer.say(`The base map cannot be shown: ${error.message}`));
      if (session) {
        const { result, series, tiles, areas } = session;
        await explorer.open(
          { name: result.name, url: result.url },
          { series, tiles, areas: areas ? areasFromGeojson(areas) : [] },
        );
      }
      await attached;
      // By this, scripts that drive the page know that it is ready.
      document.documentElement.dataset.ready = 'yes';
    }
  }, []);

  // A dropped file is another map than the server's: no labels of it are there to train on.
  const isServed = original !== undefined && original.file === undefined;
  useEffect(() => {
    if (!original || !isServed || session?.training === undefined) return;
    const next = createTrainer(
      session.training,
      (run) => void explorer.openTrained(trainedSource(original.name, run)),
    );
    setTrainer(next);
    return () => {
      next.close();
      setTrainer(undefined);
    };
  }, [isServed]);

  const open = (files: readonly File[]) => void openFiles(explorer, files);
  return (
    <div class={`page ${isBlind ? 'labelling' : ''}`}>
      <Header explorer={explorer} state={state} onFiles={open} />
      <aside class="side" aria-label="Controls">
        {loaded ? (
          <Side explorer={explorer} state={state} session={session} trainer={trainer} />
        ) : (
          <Welcome explorer={explorer} onFiles={open} isServed={session !== undefined} />
        )}
      </aside>
      <main class="stage">
        <div class="map" ref={mapElement} />
        {!isBlind && <MapSwitch explorer={explorer} state={state} />}
        <MapStatus state={state} explorer={explorer} />
        <Notices explorer={explorer} state={state} />
        <DropZone onFiles={open} />
      </main>
      {loaded && selected !== undefined && <PointPanel explorer={explorer} state={state} row={selected} />}
    </div>
  );
}
