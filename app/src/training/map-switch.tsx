import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';

/** On the map: the opened map, or the same points as the trained model sees them. */
export function MapSwitch({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { loaded, original, trained } = state;
  if (!trained) return null;
  const sides = [
    ['original', 'Opened map', original],
    ['trained', 'New model', trained],
  ] as const;
  return (
    <fieldset class="segments map-switch">
      <legend class="hidden">Which map is shown</legend>
      {sides.map(([which, title, map]) => (
        <button
          key={which}
          type="button"
          aria-pressed={loaded === map}
          onClick={() => void explorer.show(which)}
        >
          {title}
        </button>
      ))}
    </fieldset>
  );
}
