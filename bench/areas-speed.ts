/** Active deformation areas of a map of ten million points (or as many as asked for), in memory, on one core. */
import { findActiveAreas } from '../src/areas/active/active-areas.js';
import { MOVING_TRENDS } from '../src/areas/active/active-points.js';
import type { MapColumns } from '../src/areas/active/map-columns.js';
import { createMetricPlane } from '../src/areas/metric-plane.js';
import { createRandom } from '../src/random.js';

const points = Number(process.argv[2] ?? 10_000_000);
const random = createRandom('areas');
const plane = createMetricPlane(3035);
// 300 points to the square kilometre, as full-resolution Sentinel-1 has over a country with towns.
const side = Math.sqrt(points / 300) * 1000;
const columns = {
  longitude: new Float64Array(points),
  latitude: new Float64Array(points),
  codes: new Uint8Array(points),
  velocity: new Float32Array(points),
};
for (let i = 0; i < points; i++) {
  const x = random.uniform() * side;
  const y = random.uniform() * side;
  const [longitude, latitude] = plane.toDegrees(4_000_000 + x, 3_000_000 + y);
  columns.longitude[i] = longitude;
  columns.latitude[i] = latitude;
  // Moving places 300 m wide in every square of 2 km, and some moving points anywhere.
  const isPlace = x % 2000 < 300 && y % 2000 < 300;
  columns.codes[i] = isPlace || random.chance(0.05) ? 1 + random.integer(3) : 0;
  columns.velocity[i] = columns.codes[i] === 0 ? random.normal() : -8 + random.normal();
}
const start = performance.now();
const found = await findActiveAreas(columns satisfies MapColumns, plane, {
  rule: { trends: MOVING_TRENDS, leastConfidence: 0 },
  radiusMetres: 40,
  leastPoints: 5,
});
const seconds = (performance.now() - start) / 1000;
process.stdout.write(
  `areas: ${points} points, ${found.activePoints} active, ${found.areas.length} areas in ${seconds.toFixed(1)} s ` +
    `(${Math.round(points / seconds)} points a second)\n`,
);
