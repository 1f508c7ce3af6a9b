import { openSimulation } from '../classify/open-files.js';
import type { Explorer } from '../state/explorer.js';
import { FileButton } from './file-button.js';

interface WelcomeProps {
  readonly explorer: Explorer;
  readonly onFiles: (files: readonly File[]) => void;
  readonly isServed: boolean;
}

export function Welcome({ explorer, onFiles, isServed }: WelcomeProps) {
  if (isServed) return <div class="welcome" />;
  return (
    <div class="welcome">
      <h2>How does the ground move here?</h2>
      <p>
        Drop a file of the European Ground Motion Service on this page, as downloaded (CSV or ZIP), or other
        series as CSV, GeoJSON, Parquet, FlatGeobuf or a shapefile. Every series is sorted into five trends:
        Stable, Linear, Quadratic, Bilinear, or phase-unwrapping error.
      </p>
      <p class="promise">The work is done in this browser. No part of your file leaves your machine.</p>
      <div class="choices">
        <FileButton
          title="Choose files …"
          accept=".csv,.txt,.tsv,.zip,.parquet,.geoparquet,.geojson,.json,.fgb,.shp,.dbf,.prj,.cpg"
          onFiles={onFiles}
        />
        <button type="button" class="quiet" onClick={() => void openSimulation(explorer)}>
          Try a simulated scene
        </button>
      </div>
      <p class="small">A map that was classified before (GeoParquet) opens in the same way.</p>
    </div>
  );
}
