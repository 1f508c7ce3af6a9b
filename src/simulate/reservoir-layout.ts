/**
 * A rough map of the Rules Reservoir (Granada, Spain), drawn for the simulated scene: our own approximation, not
 * surveyed. Places of the three landslides after Reyes-Carmona et al. 2020 and Mirmazloumi et al. 2022, to within some
 * hundred metres. Coordinates are WGS84 degrees, longitude before latitude.
 */
export type Position = readonly [longitude: number, latitude: number];

/** Middle of the scene, from which local metres are counted. */
const SCENE_CENTRE: Position = [-3.49, 36.872];
/** Half the width and half the height of the scene, m. */
export const SCENE_HALF_EXTENT: readonly [number, number] = [3300, 3100];
const METRES_PER_DEGREE = 111_195;
const METRES_PER_DEGREE_EAST = METRES_PER_DEGREE * Math.cos((SCENE_CENTRE[1] * Math.PI) / 180);

/** The shore, from the dam up the western arm, back, up the eastern arm, and back to the dam. */
const RESERVOIR_OUTLINE: readonly Position[] = [
  [-3.4895, 36.8575],
  [-3.494, 36.864],
  [-3.4965, 36.871],
  [-3.4985, 36.878],
  [-3.503, 36.886],
  [-3.508, 36.893],
  [-3.504, 36.892],
  [-3.498, 36.884],
  [-3.4925, 36.877],
  [-3.489, 36.8725],
  [-3.482, 36.878],
  [-3.472, 36.884],
  [-3.463, 36.888],
  [-3.462, 36.885],
  [-3.47, 36.88],
  [-3.479, 36.873],
  [-3.4835, 36.867],
  [-3.484, 36.861],
  [-3.4835, 36.857],
];

/** Lines along which many points lie: the national road in the west, the highway in the east, the dam. */
const ROADS: readonly (readonly Position[])[] = [
  [
    [-3.4925, 36.853],
    [-3.4975, 36.864],
    [-3.5005, 36.8715],
    [-3.503, 36.879],
    [-3.508, 36.8865],
    [-3.5135, 36.894],
  ],
  [
    [-3.479, 36.851],
    [-3.478, 36.86],
    [-3.4765, 36.868],
    [-3.4745, 36.8745],
    [-3.48, 36.8825],
    [-3.488, 36.889],
    [-3.498, 36.8965],
  ],
  [
    [-3.4895, 36.8572],
    [-3.4835, 36.8567],
  ],
];

/** Villages and hamlets: centre and spread in m. */
export const SETTLEMENTS: readonly { readonly centre: Position; readonly spreadM: number }[] = [
  { centre: [-3.516, 36.8945], spreadM: 120 },
  { centre: [-3.487, 36.8535], spreadM: 160 },
  { centre: [-3.464, 36.8925], spreadM: 110 },
];

/** A moving slope of the scene: its circle, its fastest rate along the line of sight, the day of its common break. */
export interface UnstableArea {
  /** The letter in the paper's map; none for the northern slope. */
  readonly letter: 'A' | 'B' | 'C' | '';
  readonly name: string;
  readonly centre: Position;
  readonly radiusM: number;
  readonly rateMmPerYear: number;
  readonly breakDate: string;
}

export const UNSTABLE_AREAS: readonly UnstableArea[] = [
  {
    letter: 'A',
    name: 'Cortijo de Lorenzo',
    centre: [-3.5095, 36.8835],
    radiusM: 400,
    rateMmPerYear: 11,
    breakDate: '2017-01-20',
  },
  {
    letter: 'B',
    name: 'El Arrecife',
    centre: [-3.5015, 36.8725],
    radiusM: 480,
    rateMmPerYear: 38,
    breakDate: '2016-11-10',
  },
  {
    letter: 'C',
    name: 'Rules Viaduct',
    centre: [-3.4755, 36.8685],
    radiusM: 360,
    rateMmPerYear: 26,
    breakDate: '2017-03-05',
  },
  {
    letter: '',
    name: 'northern slope',
    centre: [-3.4905, 36.896],
    radiusM: 330,
    rateMmPerYear: 13,
    breakDate: '2016-12-15',
  },
];

const CIRCLE_POINTS = 64;

/** The three landslides as circles: a GeoJSON FeatureCollection of approximate, simulated outlines. */
export const landslides = {
  type: 'FeatureCollection' as const,
  features: UNSTABLE_AREAS.filter((area) => area.letter !== '').map((area) => ({
    type: 'Feature' as const,
    properties: {
      letter: area.letter,
      name: area.name,
      radius_m: area.radiusM,
      longitude: area.centre[0],
      latitude: area.centre[1],
      source: 'approximate, drawn for a simulated scene',
    },
    geometry: { type: 'Polygon' as const, coordinates: [circleAround(area)] },
  })),
};

function circleAround(area: UnstableArea): Position[] {
  const [x, y] = toLocal(area.centre);
  return Array.from({ length: CIRCLE_POINTS + 1 }, (_, index) => {
    const angle = (2 * Math.PI * (index % CIRCLE_POINTS)) / CIRCLE_POINTS;
    return fromLocal(x + area.radiusM * Math.cos(angle), y + area.radiusM * Math.sin(angle));
  });
}

/** Metres east and north of the centre of the scene. */
export function toLocal([longitude, latitude]: Position): [number, number] {
  return [
    (longitude - SCENE_CENTRE[0]) * METRES_PER_DEGREE_EAST,
    (latitude - SCENE_CENTRE[1]) * METRES_PER_DEGREE,
  ];
}

export function fromLocal(x: number, y: number): Position {
  return [SCENE_CENTRE[0] + x / METRES_PER_DEGREE_EAST, SCENE_CENTRE[1] + y / METRES_PER_DEGREE];
}

const shore = RESERVOIR_OUTLINE.map(toLocal);
const roads = ROADS.map((road) => road.map(toLocal));

/** True for a place in the water (a ray to the east crosses the shore an odd number of times). */
export function isWater(x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = shore.length - 1; i < shore.length; j = i++) {
    const [xi, yi] = shore[i];
    const [xj, yj] = shore[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Metres to the shore line. */
export function distanceToShore(x: number, y: number): number {
  return distanceToLine(x, y, [...shore, shore[0]]);
}

/** Metres to the nearest road. */
export function distanceToRoad(x: number, y: number): number {
  return Math.min(...roads.map((road) => distanceToLine(x, y, road)));
}

/** A place on a road: `along` runs from 0 to 1 over the whole length of all roads. */
export function placeOnRoad(along: number): [number, number] {
  const pieces = roads.flatMap((road) => road.slice(1).map((end, i) => [road[i], end] as const));
  const lengths = pieces.map(([start, end]) => Math.hypot(end[0] - start[0], end[1] - start[1]));
  let rest = along * lengths.reduce((sum, length) => sum + length, 0);
  let piece = 0;
  while (piece < pieces.length - 1 && rest > lengths[piece]) rest -= lengths[piece++];
  const [start, end] = pieces[piece];
  const share = rest / lengths[piece];
  return [start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])];
}

function distanceToLine(x: number, y: number, line: readonly (readonly [number, number])[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < line.length; i++) {
    const [ax, ay] = line[i - 1];
    const [bx, by] = line[i];
    const lengthSquared = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / lengthSquared));
    least = Math.min(least, Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)));
  }
  return least;
}
