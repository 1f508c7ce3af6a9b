import { useEffect, useRef, useState } from 'preact/hooks';
import { AreaPanel } from '../areas/area-panel.js';
import { LabelPanel } from '../labels/label-panel.js';
import { createLabeller, type Labeller } from '../labels/labeller.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import type { Session } from '../state/session.js';
import type { Trainer } from '../training/trainer.js';
import { ClassPanel } from './class-panel.js';
import { ColourPanel } from './colour-panel.js';
import { FilterPanel } from './filter-panel.js';

const TABS = [
  { id: 'map', title: 'Map' },
  { id: 'areas', title: 'Areas' },
  { id: 'labels', title: 'Labels' },
] as const;
type Tab = (typeof TABS)[number]['id'];

interface SideProps {
  readonly explorer: Explorer;
  readonly state: ExplorerState;
  readonly session: Session | undefined;
  readonly trainer: Trainer | undefined;
}

/** The panels beside the map, one at a time. */
export function Side({ explorer, state, session, trainer }: SideProps) {
  const [tab, setTab] = useState<Tab>('map');
  const [labeller, setLabeller] = useState<Labeller>();
  const { original } = state;
  const tabList = useRef<HTMLDivElement>(null);

  useEffect(() => setLabeller(undefined), [original]);

  // The order of a queue over a million points takes its time: it is made for those who label.
  const isWanted = tab === 'labels' && labeller === undefined;
  useEffect(() => {
    if (!isWanted || !original || original.tiling) return;
    let isCurrent = true;
    createLabeller(original, session).then(
      (next) => isCurrent && setLabeller(next),
      (error: Error) => explorer.say(`The labels cannot be read: ${error.message}`),
    );
    return () => {
      isCurrent = false;
    };
  }, [isWanted, original]);

  function onKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? TABS.length - 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = TABS[(TABS.findIndex(({ id }) => id === tab) + step) % TABS.length].id;
    setTab(next);
    tabList.current!.querySelector<HTMLElement>(`#tab-${next}`)!.focus();
  }

  return (
    <>
      <div class="tabs" role="tablist" aria-label="Panels" ref={tabList} onKeyDown={onKey}>
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
        {tab === 'labels' && state.loaded?.tiling && (
          <p class="panel small">
            Only a part of this map is here at a time. To label series, open a map of fewer points, such as
            one that <code>groundtrend classify --bbox</code> cuts out.
          </p>
        )}
        {tab === 'labels' && labeller && (
          <LabelPanel explorer={explorer} state={state} labeller={labeller} trainer={trainer} />
        )}
      </div>
    </>
  );
}
