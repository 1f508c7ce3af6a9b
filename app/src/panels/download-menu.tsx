import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { type ExportFormat, encodeRows } from './export-rows.js';
import { saveFile } from './save-file.js';

const FORMATS: readonly { readonly format: ExportFormat; readonly title: string }[] = [
  { format: 'parquet', title: 'GeoParquet' },
  { format: 'geojson', title: 'GeoJSON' },
  { format: 'csv', title: 'CSV' },
];

/** Saves the points that pass the filters, or the whole map as it was made here. */
export function DownloadMenu({ explorer, state }: { explorer: Explorer; state: ExplorerState }) {
  const { loaded, visibleCount } = state;
  if (!loaded) return null;
  const base = loaded.name.replace(/\.(parquet|geoparquet|csv|zip)$/i, '');

  function choose(select: HTMLSelectElement): void {
    const choice = select.value;
    select.value = '';
    if (choice === 'whole') saveFile(`${base}.parquet`, loaded!.file!);
    else {
      const format = choice as ExportFormat;
      void explorer.attempt('Preparing the download', async (signal, report) => {
        const bytes = await encodeRows(loaded!, state.visible, format, signal, report);
        saveFile(`${base}-shown.${format}`, bytes);
      });
    }
  }

  return (
    <select aria-label="Download" class="menu" value="" onChange={(event) => choose(event.currentTarget)}>
      <option value="" disabled>
        Download
      </option>
      {loaded.file && <option value="whole">Whole map with series (GeoParquet)</option>}
      {FORMATS.map(({ format, title }) => (
        <option key={format} value={format}>
          {`${visibleCount.toLocaleString('en-GB')} points ${loaded.tiling ? 'drawn' : 'shown'} (${title})`}
        </option>
      ))}
    </select>
  );
}
