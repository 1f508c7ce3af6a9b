import { GroundTrendError } from '../../errors.js';
import { numericAttribute, type SeriesBatch } from '../../series/series-batch.js';

/** Unit vectors from the ground to the satellite, one a point. */
export interface LinesOfSight {
  readonly east: Float64Array;
  readonly north: Float64Array;
  readonly up: Float64Array;
}

const RADIANS = Math.PI / 180;

/**
 * The line of sight of every point: the columns `los_east`, `los_north`, `los_up`, or else the incidence angle and the
 * flight direction (`incidence_angle`, `track_angle`, degrees) of a radar that looks to the right:
 * east = -sin(incidence) cos(track), north = sin(incidence) sin(track), up = cos(incidence).
 *
 * Throws `input` where the batch has neither.
 */
export function linesOfSightOf(batch: SeriesBatch, name: string): LinesOfSight {
  const east = numericAttribute(batch, 'los_east');
  const north = numericAttribute(batch, 'los_north');
  const up = numericAttribute(batch, 'los_up');
  if (east && north && up) return { east, north, up };
  const incidence = numericAttribute(batch, 'incidence_angle');
  const track = numericAttribute(batch, 'track_angle');
  if (incidence && track) {
    return {
      east: incidence.map((angle, i) => -Math.sin(angle * RADIANS) * Math.cos(track[i] * RADIANS)),
      north: incidence.map((angle, i) => Math.sin(angle * RADIANS) * Math.sin(track[i] * RADIANS)),
      up: incidence.map((angle) => Math.cos(angle * RADIANS)),
    };
  }
  throw new GroundTrendError('input', 'This file does not say from where the radar looked.', {
    place: { file: name },
    advice:
      'It needs the columns los_east, los_north and los_up (unit vector towards the satellite), ' +
      'or incidence_angle and track_angle (degrees).',
  });
}
