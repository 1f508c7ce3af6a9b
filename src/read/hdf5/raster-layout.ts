import type { EpochAxis } from '../../series/epoch-axis.js';
import type { DisplacementUnit } from '../read-options.js';
import type { TableGeometry } from '../tables/table-source.js';
import type { Hdf5File } from './hdf5-file.node.js';

/** A layer of one value a pixel, in this file or another. */
export interface RasterLayer {
  readonly file: Hdf5File;
  readonly dataset: string;
  /** How numbers are packed: times `factor`, plus `offset`; `missing` stands for none. As they are where absent. */
  readonly packing?: {
    readonly missing: number | undefined;
    readonly factor: number;
    readonly offset: number;
  };
}

/** A stack of displacement rasters and what lies around it, whoever made it. */
export interface RasterLayout {
  /** `MintPy time series, radar coordinates`. */
  readonly format: string;
  readonly axis: EpochAxis;
  /** Dates x lines x samples. */
  readonly stack: RasterLayer;
  readonly lines: number;
  readonly samples: number;
  readonly unit: DisplacementUnit;
  readonly geometry: TableGeometry;
  /** Coordinates of the pixels' centres: on a grid, or layers of longitude and latitude. */
  readonly place: RasterGrid | { readonly x: RasterLayer; readonly y: RasterLayer };
  /** Pixels that are not 0 or missing here count; all where absent. */
  readonly mask: RasterLayer | undefined;
  readonly attributes: readonly (RasterLayer & { readonly name: string })[];
  readonly warnings: readonly string[];
}

/** Centre of the first pixel and the steps between centres. */
export interface RasterGrid {
  readonly firstX: number;
  readonly firstY: number;
  readonly stepX: number;
  readonly stepY: number;
}
