import { drawSeriesFigure, type EpochAxis } from '../../../src/index.js';
import { classColour } from '../map/colours.js';
import type { PointDetail } from './point-detail.js';

/** The series with its model as a drawing that stands alone. */
export function drawPointSvg(
  { pid, className, series, fit, breakMark }: PointDetail,
  { days }: EpochAxis,
): string {
  return drawSeriesFigure({
    title: className ? `${pid}: ${className}` : pid,
    days,
    observed: series!,
    repaired: fit?.repaired,
    model: fit ? fit.motion.map((value, i) => value + fit.season[i]) : undefined,
    colour: className ? classColour(className) : '#0072b2',
    breakInterval: breakMark,
  }).html;
}
