import { bindModel } from '../classify/export-model.js';
import { readModel } from '../classify/load-classifier.node.js';
import { GroundTrendError } from '../errors.js';
import { openDatasets } from '../read/open-datasets.node.js';
import { checkModel } from '../runtime/model-check.js';
import { formatDay, isSameAxis } from '../series/epoch-axis.js';
import { cycleMm } from '../series/wavelength.js';
import { showText } from '../shown-text.js';
import { writeWhole } from '../write/write-whole.node.js';

export interface ExportRequest {
  readonly axis: string;
  readonly output: string;
  readonly materialMm: number;
  readonly wavelengthMm: number;
  readonly overwrite: boolean;
}

/** Binds a model to the dates of a file and writes it; returns what to print. */
export async function runExport(model: string, request: ExportRequest): Promise<string> {
  const [{ axis, name }, ...others] = await openDatasets([request.axis]);
  const odd = others.find((dataset) => !isSameAxis(dataset.axis, axis));
  if (odd !== undefined) {
    throw new GroundTrendError('input', `${name} and ${odd.name} have different dates.`, {
      place: { file: request.axis },
      advice: 'Give the file of one of them.',
    });
  }
  const settings = { materialMm: request.materialMm, cycleMm: cycleMm(request.wavelengthMm) };
  const bytes = bindModel(checkModel(await readModel(model)), axis, settings);
  await writeWhole(request.output, bytes, { overwrite: request.overwrite });
  const { days } = axis;
  return [
    `input: displacement [series, ${days.length}] in mm, NaN = missing, from ${formatDay(days[0])} to ${formatDay(days[days.length - 1])}`,
    'output: probabilities [series, classes]; the metadata hold the classes and dates',
    `written: ${showText(request.output)}`,
    '',
  ].join('\n');
}
