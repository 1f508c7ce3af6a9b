import { useMemo, useState } from 'preact/hooks';
import { TREND_MEANINGS, type TrendClass } from '../../../src/index.js';
import { rowsInArea } from '../areas/area-rows.js';
import type { Tiling } from '../data/loaded-map.js';
import { classColour } from '../map/colours.js';
import { mercatorX, mercatorY } from '../map/mercator.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { countClasses } from '../state/filters.js';
import { ClassPie } from './class-pie.js';

const SCOPES = [
  { id: 'all', title: 'All' },
  { id: 'view', title: 'In view' },
  { id: 'area', title: 'In area' },
] as const;
type Scope = (typeof SCOPES)[number]['id'];

/** Shares of the classes, over all points, those in view or those in the chosen area; and which classes show. */
export function ClassPanel({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { loaded, visible, bounds, filters, areas, chosenArea } = state;
  const { classes, codes, x, y } = loaded!;
  const [scope, setScope] = useState<Scope>('all');
  const area = chosenArea === undefined ? undefined : areas[chosenArea];
  const counts = useMemo(() => {
    if (scope === 'view' && bounds) {
      const [left, right] = [mercatorX(bounds[0]), mercatorX(bounds[2])];
      const [top, bottom] = [mercatorY(bounds[3]), mercatorY(bounds[1])];
      return countClasses(
        codes,
        classes.length,
        (row) => visible[row] === 1 && x[row] >= left && x[row] <= right && y[row] >= top && y[row] <= bottom,
      );
    }
    if (scope === 'area' && area) {
      const inside = new Uint8Array(codes.length);
      for (const row of rowsInArea(loaded!, area)) inside[row] = visible[row];
      return countClasses(codes, classes.length, (row) => inside[row] === 1);
    }
    return countClasses(codes, classes.length, (row) => visible[row] === 1 || isHiddenOnly(state, row));
  }, [scope, loaded, visible, scope === 'view' ? bounds : undefined, scope === 'area' ? area : undefined]);
  const { tiling } = loaded!;
  const shares =
    tiling && scope === 'all'
      ? tiling.classCounts
      : tiling && scope === 'view' && !tiling.isWhole
        ? tiling.viewCounts
        : counts;
  const total = shares.reduce((sum, count) => sum + count, 0);

  return (
    <section class="panel" aria-label="Classes">
      <div class="panel-head">
        <h2>Classes</h2>
        <fieldset class="segments">
          <legend class="hidden">Count</legend>
          {SCOPES.map(({ id, title }) => (
            <button
              key={id}
              type="button"
              aria-pressed={scope === id}
              disabled={id === 'area' && !area}
              onClick={() => setScope(id)}
            >
              {title}
            </button>
          ))}
        </fieldset>
      </div>
      <div class="class-row">
        <ClassPie classes={classes} counts={shares} />
        <ul class="classes">
          {classes.map((name, code) => {
            const isShown = !filters.hiddenClasses.includes(code);
            const share = total === 0 ? 0 : shares[code] / total;
            return (
              <li key={name}>
                <label title={TREND_MEANINGS[name as TrendClass] ?? name}>
                  <input
                    type="checkbox"
                    checked={isShown}
                    onChange={() =>
                      void explorer.filter({
                        ...filters,
                        hiddenClasses: isShown
                          ? [...filters.hiddenClasses, code]
                          : filters.hiddenClasses.filter((hidden) => hidden !== code),
                      })
                    }
                  />
                  <span class="swatch" style={{ background: classColour(name, code) }} />
                  <span class="name">{name}</span>
                  <span class="count">{shares[code].toLocaleString('en-GB')}</span>
                  <span class="share">{(100 * share).toFixed(1)} %</span>
                </label>
              </li>
            );
          })}
        </ul>
      </div>
      {tiling && <TilingNote tiling={tiling} scope={scope} />}
    </section>
  );
}

/** What the numbers of a tiled map stand for. */
function TilingNote({ tiling, scope }: { tiling: Tiling; scope: Scope }) {
  if (scope === 'all') return <p class="small">Exact, of the whole map, whatever the filters.</p>;
  if (tiling.isWhole) return <p class="small">Every point in view is drawn and counted.</p>;
  if (scope === 'area') return <p class="small">Of the points drawn. Zoom in until all of them are.</p>;
  return <p class="small">Exact, of all points in the tiles in view, whatever the filters.</p>;
}

/** A class that is switched off keeps its number in the table. */
function isHiddenOnly({ filters, loaded, columns }: ExplorerState, row: number): boolean {
  if (!filters.hiddenClasses.includes(loaded!.codes[row])) return false;
  return Object.entries(filters.spans).every(([name, [low, high]]) => {
    const column = columns.get(name);
    return (
      column === undefined ||
      column.kind === 'text' ||
      (column.values[row] >= low && column.values[row] <= high)
    );
  });
}
