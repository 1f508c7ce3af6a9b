import type { Random } from '../random.js';
import type { TrendClass } from '../series/trend-class.js';
import {
  distanceToRoad,
  distanceToShore,
  isWater,
  placeOnRoad,
  SCENE_HALF_EXTENT,
  SETTLEMENTS,
  toLocal,
  UNSTABLE_AREAS,
  type UnstableArea,
} from './reservoir-layout.js';

/** One point of the scene before it has a series; metres from the centre of the scene. */
export interface ReservoirPoint {
  readonly x: number;
  readonly y: number;
  readonly trend: TrendClass;
  /** Name of the unstable area, `slope` for small unstable patches, empty elsewhere. */
  readonly area: string;
  /** Greatest rate that the place suggests, mm/yr, never negative. */
  readonly rateMmPerYear: number;
  /** Day of the common break of the place. */
  readonly breakDate: string;
  readonly coherence: number;
  readonly heightM: number;
}

type ClassCounts = Readonly<Record<TrendClass, number>>;

/** Points of each class in every area (in the order of `UNSTABLE_AREAS`), then outside of them. */
const AREA_COUNTS: readonly ClassCounts[] = [
  { Stable: 60, Linear: 25, Quadratic: 20, Bilinear: 225, PUE: 0 },
  { Stable: 80, Linear: 205, Quadratic: 170, Bilinear: 45, PUE: 20 },
  { Stable: 37, Linear: 110, Quadratic: 90, Bilinear: 15, PUE: 8 },
  { Stable: 78, Linear: 20, Quadratic: 30, Bilinear: 40, PUE: 2 },
];
const OUTSIDE_COUNTS: ClassCounts = { Stable: 2992, Linear: 45, Quadratic: 50, Bilinear: 66, PUE: 26 };
/** Points beside the areas that move: so many small patches. */
const PATCHES = 16;
const PATCH_RATE_MM_PER_YEAR = 9;
const PATCH_BREAK_DATES = ['2016-10-20', '2017-02-10', '2017-05-15'];

type Place = readonly [number, number];

/** Draws all points of the scene, from north to south as a file has them; how many of each class is fixed. */
export function drawReservoirPoints(random: Random): ReservoirPoint[] {
  const field = createSmoothField(900, random.fork('slopes'));
  const points = UNSTABLE_AREAS.flatMap((area, index) =>
    drawArea(area, AREA_COUNTS[index], field, random.fork(area.name)),
  );
  points.push(...drawOutside(field, random.fork('outside')));
  return points.sort((left, right) => right.y - left.y);
}

/** A smooth random field: mean 0, standard deviation about 1, varying over `scaleM` metres. */
export function createSmoothField(scaleM: number, random: Random): (x: number, y: number) => number {
  const waves = Array.from({ length: 8 }, () => {
    const direction = random.between(0, 2 * Math.PI);
    const wavenumber = (2 * Math.PI) / (scaleM * random.between(1.2, 4));
    return [
      wavenumber * Math.cos(direction),
      wavenumber * Math.sin(direction),
      random.between(0, 2 * Math.PI),
    ];
  });
  return (x, y) => {
    let sum = 0;
    for (const [kx, ky, phase] of waves) sum += Math.cos(kx * x + ky * y + phase);
    return sum / 2;
  };
}

/** The middle of an area moves fastest; its margin rests, and there the phase is lost. */
function drawArea(
  area: UnstableArea,
  counts: ClassCounts,
  field: (x: number, y: number) => number,
  random: Random,
): ReservoirPoint[] {
  const [cx, cy] = toLocal(area.centre);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const places: Place[] = [];
  while (places.length < total) {
    const angle = random.between(0, 2 * Math.PI);
    const outline = 0.86 + 0.08 * Math.cos(2 * angle + cx) + 0.05 * Math.sin(3 * angle + cy);
    const radius = area.radiusM * outline * random.uniform() ** 0.6;
    const place: Place = [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
    const isLikely = distanceToRoad(...place) < 60 || random.chance(0.45);
    if (isLikely && !isWater(...place)) places.push(place);
  }
  const distance = ([x, y]: Place): number => Math.hypot(x - cx, y - cy) / area.radiusM + 0.06 * field(x, y);
  places.sort((left, right) => distance(left) - distance(right));
  const moving = total - counts.Stable - counts.PUE;
  const kind = createSmoothField(0.6 * area.radiusM, random);
  const inner = places
    .slice(0, moving)
    .map((place) => ({ place, kind: kind(...place) + 0.35 * random.normal() }))
    .sort((left, right) => left.kind - right.kind)
    .map(({ place }) => place);
  const margin = places.slice(moving);
  shuffleItems(margin, random);
  return assignClasses([...inner, ...margin], counts).map(([place, trend]) => {
    const decay = Math.exp(-0.5 * (Math.hypot(place[0] - cx, place[1] - cy) / (0.75 * area.radiusM)) ** 2);
    const rate = area.rateMmPerYear * decay * (1 + 0.2 * field(...place));
    return describePoint(place, trend, area.name, Math.max(0, rate), area.breakDate, random);
  });
}

/** Roads, settlements and open slopes; some small patches of them move. */
function drawOutside(field: (x: number, y: number) => number, random: Random): ReservoirPoint[] {
  const counts = OUTSIDE_COUNTS;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const moving = counts.Linear + counts.Quadratic + counts.Bilinear;
  const patchOf = (index: number): number => Math.floor((index * PATCHES) / moving);
  const patches: Place[] = [];
  while (patches.length < PATCHES) {
    const place = drawOpenPlace(random);
    if (areaAt(place) === undefined) patches.push(place);
  }
  const places: Place[] = [];
  while (places.length < total) {
    const [px, py] = patches[patchOf(Math.min(places.length, moving - 1))];
    const place: Place =
      places.length < moving ? [px + 45 * random.normal(), py + 45 * random.normal()] : drawAnyPlace(random);
    if (isInScene(place) && !isWater(...place) && areaAt(place) === undefined) places.push(place);
  }
  return assignClasses(places, counts).map(([place, trend], index) => {
    const isMoving = index < moving;
    const rate = isMoving ? PATCH_RATE_MM_PER_YEAR * (1 + 0.25 * field(...place)) : 0;
    const breakDate = PATCH_BREAK_DATES[isMoving ? patchOf(index) % PATCH_BREAK_DATES.length : 0];
    return describePoint(place, trend, isMoving ? 'slope' : '', Math.max(0, rate), breakDate, random);
  });
}

/** Gives classes to places in their order: the moving ones first, then phase-unwrapping errors, then Stable. */
function assignClasses(places: readonly Place[], counts: ClassCounts): [Place, TrendClass][] {
  const order: TrendClass[] = ['Bilinear', 'Linear', 'Quadratic', 'PUE', 'Stable'];
  const trends = order.flatMap((trend) => new Array<TrendClass>(counts[trend]).fill(trend));
  return places.map((place, index) => [place, trends[index]]);
}

function describePoint(
  place: Place,
  trend: TrendClass,
  area: string,
  rateMmPerYear: number,
  breakDate: string,
  random: Random,
): ReservoirPoint {
  const [x, y] = place;
  const isBuilt = distanceToRoad(x, y) < 40;
  const centre = isBuilt ? 0.91 : 0.85;
  const coherence = Math.min(0.97, Math.max(0.66, centre + 0.05 * random.normal()));
  const shore = distanceToShore(x, y);
  const heightM =
    243 + 25 * (1 - Math.exp(-shore / 60)) + 420 * (1 - Math.exp(-shore / 1400)) + 6 * random.normal();
  return { x, y, trend, area, rateMmPerYear, breakDate, coherence, heightM };
}

function drawAnyPlace(random: Random): Place {
  const kind = random.uniform();
  if (kind < 0.36) {
    const [x, y] = placeOnRoad(random.uniform());
    return [x + 14 * random.normal(), y + 14 * random.normal()];
  }
  if (kind < 0.56) {
    const { centre, spreadM } = SETTLEMENTS[random.integer(SETTLEMENTS.length)];
    const [x, y] = toLocal(centre);
    return [x + spreadM * random.normal(), y + spreadM * random.normal()];
  }
  return drawOpenPlace(random);
}

function drawOpenPlace(random: Random): Place {
  const [width, height] = SCENE_HALF_EXTENT;
  for (;;) {
    const place: Place = [random.between(-width, width), random.between(-height, height)];
    const nearWater = Math.exp(-distanceToShore(...place) / 900);
    if (!isWater(...place) && random.chance(0.25 + 0.75 * nearWater)) return place;
  }
}

function isInScene([x, y]: Place): boolean {
  return Math.abs(x) <= SCENE_HALF_EXTENT[0] && Math.abs(y) <= SCENE_HALF_EXTENT[1];
}

function areaAt([x, y]: Place): UnstableArea | undefined {
  return UNSTABLE_AREAS.find((area) => {
    const [cx, cy] = toLocal(area.centre);
    return Math.hypot(x - cx, y - cy) <= area.radiusM;
  });
}

function shuffleItems(items: Place[], random: Random): void {
  const order = random.shuffle(Int32Array.from(items, (_, index) => index));
  const copy = [...items];
  order.forEach((from, index) => {
    items[index] = copy[from];
  });
}
