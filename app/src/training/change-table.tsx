import { useMemo } from 'preact/hooks';
import { classColour } from '../map/colours.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { compareClasses, listChanged } from './class-change.js';

/** What the new model changed: classes before in lines, after in columns; a number shows its points on the map. */
export function ChangeTable({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { original, trained, filters } = state;
  const change = useMemo(
    () => (original && trained ? compareClasses(original, trained) : undefined),
    [original, trained],
  );
  if (!original || !trained || !change) return null;
  const { classes, counts, changed, common } = change;

  function show(title: string, from?: string, to?: string): void {
    const pids = listChanged(original!, trained!, from, to);
    void explorer.filter({ ...filters, only: { title, pids } });
  }

  return (
    <div class="change">
      <p class="small">
        {changed.toLocaleString('en-GB')} of {common.toLocaleString('en-GB')} points changed their class
        {common > 0 && ` (${((100 * changed) / common).toFixed(1)} %)`}.
      </p>
      <table class="change-table">
        <caption class="hidden">Classes of the opened map, and what the new model makes of them</caption>
        <thead>
          <tr>
            <th scope="col">from ↓ to →</th>
            {classes.map((name) => (
              <th key={name} scope="col" title={name}>
                <span class="swatch" style={{ background: classColour(name) }} />
                <span class="hidden">{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((from, i) => (
            <tr key={from}>
              <th scope="row">
                <span class="swatch" style={{ background: classColour(from) }} /> {from}
              </th>
              {classes.map((to, k) => (
                <td key={to} class={i === k ? 'same' : ''}>
                  {i === k || counts[i][k] === 0 ? (
                    counts[i][k].toLocaleString('en-GB')
                  ) : (
                    <button
                      type="button"
                      class="link"
                      aria-label={`Show the ${counts[i][k]} points that went from ${from} to ${to}`}
                      onClick={() => show(`${from} → ${to}`, from, to)}
                    >
                      {counts[i][k].toLocaleString('en-GB')}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {changed > 0 && (
        <button type="button" onClick={() => show('changed class')}>
          Show only what changed
        </button>
      )}
    </div>
  );
}
