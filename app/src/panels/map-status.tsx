import { textAt } from '../data/column.js';
import { NO_CLASS } from '../data/loaded-map.js';
import { formatValue, titleOf, unitOf } from '../data/units.js';
import { BY_CLASS, type Explorer, type ExplorerState } from '../state/explorer.js';

/** Under the map: where the pointer is and what lies under it, and how many points pass the filters. */
export function MapStatus({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { hovered, loaded, visibleCount, draft } = state;
  return (
    <div class="map-status">
      {draft ? (
        <span class="drawing">
          Click the corners of an area; a double click closes it.
          <button type="button" onClick={() => explorer.finishDrawing(true)}>
            Done
          </button>
          <button type="button" onClick={() => explorer.finishDrawing(false)}>
            Cancel
          </button>
        </span>
      ) : (
        <span>{loaded && hovered?.row !== undefined ? describeRow(state, hovered.row) : ''}</span>
      )}
      {loaded && visibleCount < loaded.points && (
        <span>
          {visibleCount.toLocaleString('en-GB')} of {loaded.points.toLocaleString('en-GB')} shown
        </span>
      )}
      <span class="place">{hovered ? formatPlace(hovered.place) : ''}</span>
      {loaded && (
        <button type="button" onClick={() => explorer.showAll()}>
          Whole map
        </button>
      )}
    </div>
  );
}

function describeRow({ loaded, columns, colourBy }: ExplorerState, row: number): string {
  const { codes, classes } = loaded!;
  const parts = [loaded!.pidOf(row)];
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
