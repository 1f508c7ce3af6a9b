import { useMemo } from 'preact/hooks';
import type { NumberColumn } from '../data/column.js';
import { formatValue, titleOf, unitOf } from '../data/units.js';
import type { Explorer } from '../state/explorer.js';
import { BY_CLASS, type ExplorerState } from '../state/explorer-state.js';
import { countBins } from '../state/filters.js';
import { Histogram } from './histogram.js';

/** Columns that are names or places rather than measures of motion come last in the list. */
const LAST = /^(class_code|easting|northing|line|pixel|los_|track|incidence|height|mp_type|amplitude)/;

export function ColourPanel({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { loaded, colourBy, scale, columns, visible } = state;
  const names = loaded!.fields
    .filter(({ type, name }) => type !== 'text' && name !== 'class_code')
    .map(({ name }) => name)
    .sort((a, b) => Number(LAST.test(a)) - Number(LAST.test(b)));
  const column = colourBy === BY_CLASS ? undefined : (columns.get(colourBy) as NumberColumn | undefined);
  const bins = useMemo(
    () => (column && scale ? countBins(column.values, visible, scale.low, scale.high, 40) : undefined),
    [column, scale, visible],
  );
  return (
    <section class="panel" aria-label="Colours">
      <label class="field">
        <span>Colour by</span>
        <select value={colourBy} onChange={(event) => void explorer.colourBy(event.currentTarget.value)}>
          <option value={BY_CLASS}>class</option>
          {names.map((name) => (
            <option key={name} value={name}>
              {unitOf(name) ? `${titleOf(name)} (${unitOf(name)})` : titleOf(name)}
            </option>
          ))}
        </select>
      </label>
      {column && scale && bins && (
        <figure class="scale">
          <Histogram bins={bins} title={`Distribution of ${titleOf(column.name)} over the points shown`} />
          <div class="ramp" style={{ background: `linear-gradient(to right, ${scale.stops.join(', ')})` }} />
          <div class="ends">
            <span>
              {scale.low > column.low ? '≤ ' : ''}
              {formatValue(column.kind, scale.low)}
            </span>
            <span>{unitOf(column.name)}</span>
            <span>
              {scale.high < column.high ? '≥ ' : ''}
              {formatValue(column.kind, scale.high)}
            </span>
          </div>
          {column.description && <figcaption>{column.description}</figcaption>}
        </figure>
      )}
    </section>
  );
}
