import { GroundTrendError } from '../../errors.js';
import { createEpochAxis, parseDay } from '../../series/epoch-axis.js';
import type { Hdf5File } from './hdf5-file.node.js';
import type { RasterLayout } from './raster-layout.js';

/**
 * Understands LiCSBAS's `cum.h5` and `cum_filt.h5`: `cum` (mm) and `imdates`, on a grid of degrees whose `corner_lat`
 * and `corner_lon` are the centre of the first pixel. Every raster of one value a pixel is an attribute, but `mask`.
 *
 * Throws `input` where the file is not geocoded.
 */
export function readLicsbasLayout(file: Hdf5File, name: string): RasterLayout {
  const place = { file: name };
  const [dates, lines, samples] = file.shapeOf('cum')!;
  const days = file.readTexts('imdates').map((text) => {
    const day = parseDay(text);
    if (day === undefined) throw new GroundTrendError('input', `"${text}" is no date.`, { place });
    return day;
  });
  if (days.length !== dates) {
    throw new GroundTrendError('input', `There are ${dates} rasters and ${days.length} dates.`, { place });
  }
  if (file.shapeOf('corner_lat') === undefined) {
    throw new GroundTrendError('input', 'This LiCSBAS file is not geocoded: it has no corner_lat.', {
      place,
      advice: 'Give the results of a geocoded run.',
    });
  }
  const numberOf = (dataset: string) => Number(file.readTexts(dataset)[0]);
  const layers = file.names.filter((dataset) => {
    const shape = file.shapeOf(dataset);
    return shape?.length === 2 && shape[0] === lines && shape[1] === samples;
  });
  return {
    format: 'LiCSBAS time series',
    axis: createEpochAxis(days, place),
    stack: { file, dataset: 'cum' },
    lines,
    samples,
    unit: 'mm',
    geometry: { system: 'degrees', description: 'WGS 84' },
    place: {
      firstX: numberOf('corner_lon'),
      firstY: numberOf('corner_lat'),
      stepX: numberOf('post_lon'),
      stepY: numberOf('post_lat'),
    },
    mask: layers.includes('mask') ? { file, dataset: 'mask' } : undefined,
    attributes: layers
      .filter((dataset) => dataset !== 'mask')
      .map((dataset) => ({ file, dataset, name: dataset === 'hgt' ? 'height' : dataset })),
    warnings: [],
  };
}
