import { textAt } from '../data/column.js';
import { NO_CLASS } from '../data/loaded-map.js';
import { formatValue, titleOf, unitOf } from '../data/units.js';
import type { Explorer } from '../state/explorer.js';
import { BY_CLASS, type ExplorerState } from '../state/explorer-state.js';

/** At the foot of the map: what lies under the pointer, how many points are shown, and where the pointer is. */
export function MapStatus({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { hovered, loaded, draft } = state;
  const shown = loaded && describeShown(state);
  return (
    <div class="map-status">
      {draft && (
        <span class="drawing">
          Click the corners; a double click or Enter closes the outline.
          <button type="button" onClick={() => explorer.finishDrawing(true)}>
            Done
          </button>
          <button type="button" onClick={() => explorer.finishDrawing(false)}>
            Cancel
          </button>
        </span>
      )}
      {!draft && loaded && hovered?.row !== undefined && <span>{describeRow(state, hovered.row)}</span>}
      {shown && <span class="shown">{shown}</span>}
      {hovered && <span class="place">{formatPlace(hovered.place)}</span>}
    </div>
  );
}

function describeShown({ loaded, visibleCount }: ExplorerState): string | undefined {
  const { points, tiling } = loaded!;
  const format = (count: number) => count.toLocaleString('en-GB');
  if (tiling && !tiling.isWhole)
    return `${format(visibleCount)} drawn of ${format(tiling.inView)} in view: zoom in for all`;
  return visibleCount < points ? `${format(visibleCount)} of ${format(points)} shown` : undefined;
}

function describeRow({ loaded, columns, colourBy, isBlind }: ExplorerState, row: number): string {
  const { codes, classes } = loaded!;
  const parts = [loaded!.pidOf(row)];
  if (isBlind) return parts[0];
  if (codes[row] !== NO_CLASS) parts.push(classes[codes[row]]);
  const column = colourBy === BY_CLASS ? undefined : columns.get(colourBy);
  if (column) {
    const value = column.kind === 'text' ? textAt(column, row) : formatValue(column.kind, column.values[row]);
    parts.push(`${titleOf(colourBy)} ${value} ${unitOf(colourBy)}`);
  }
  return parts.join(' · ');
}

function formatPlace([longitude, latitude]: readonly [number, number]): string {
  const east = `${Math.abs(longitude).toFixed(5)}° ${longitude < 0 ? 'W' : 'E'}`;
  return `${Math.abs(latitude).toFixed(5)}° ${latitude < 0 ? 'S' : 'N'}, ${east}`;
}
