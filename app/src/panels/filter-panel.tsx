import { useEffect, useState } from 'preact/hooks';
import { titleOf } from '../data/units.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { NO_FILTERS } from '../state/filters.js';
import { SpanSlider } from './span-slider.js';

/** Offered at once, the first that the file has of each line. */
const USUAL = [
  ['confidence'],
  ['velocity_mm_yr', 'mean_velocity'],
  ['temporal_coherence', 'coherence'],
  ['break_date'],
] as const;

export function FilterPanel({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { loaded, filters } = state;
  const numeric = loaded!.fields
    .filter(({ type, name }) => type !== 'text' && name !== 'class_code')
    .map(({ name }) => name);
  const usual = USUAL.flatMap((names) => names.find((name) => numeric.includes(name)) ?? []);
  const [added, setAdded] = useState<readonly string[]>([]);
  const shown = [...new Set([...usual, ...Object.keys(filters.spans), ...added])].filter((name) =>
    numeric.includes(name),
  );
  const others = numeric.filter((name) => !shown.includes(name));
  const isFiltering =
    Object.keys(filters.spans).length > 0 || filters.hiddenClasses.length > 0 || filters.only !== undefined;

  useEffect(() => setAdded([]), [loaded]);

  return (
    <section class="panel" aria-label="Filters">
      <div class="panel-head">
        <h2>Filters</h2>
        {isFiltering && (
          <button type="button" class="link" onClick={() => void explorer.filter(NO_FILTERS)}>
            Clear all
          </button>
        )}
      </div>
      {filters.only && (
        <p class="only">
          Only: {filters.only.title}
          <button
            type="button"
            class="link"
            onClick={() => void explorer.filter({ ...filters, only: undefined })}
          >
            Clear
          </button>
        </p>
      )}
      {shown.map((name) => (
        <SpanSlider key={`${loaded!.name}/${name}`} explorer={explorer} state={state} name={name} />
      ))}
      {others.length > 0 && (
        <label class="field">
          <span class="hidden">Add a filter</span>
          <select
            value=""
            onChange={(event) => {
              setAdded([...added, event.currentTarget.value]);
              event.currentTarget.value = '';
            }}
          >
            <option value="" disabled>
              Add a filter …
            </option>
            {others.map((name) => (
              <option key={name} value={name}>
                {titleOf(name)}
              </option>
            ))}
          </select>
        </label>
      )}
    </section>
  );
}
