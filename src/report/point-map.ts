import { multiplesBetween, niceStep } from './axis-ticks.js';
import { type Markup, markup } from './markup.js';
import { roundPixels } from './pixels.js';

export interface MapPoint {
  readonly longitude: number;
  readonly latitude: number;
  readonly colour: string;
}

/** A circle on the ground, named on the map. */
export interface MapCircle {
  readonly name: string;
  readonly longitude: number;
  readonly latitude: number;
  readonly radiusMetres: number;
}

/** An outline on the ground, named on the map; degrees. */
export interface MapOutline {
  readonly name: string;
  readonly rings: readonly (readonly (readonly [longitude: number, latitude: number])[])[];
}

const WIDTH = 760;
const HEIGHT = 620;
const MARGIN = 58;
/** Metres in a degree of latitude on the mean sphere: good to a few parts in a thousand, enough for a figure. */
const METRES_PER_DEGREE = 111_195;

/**
 * A map of coloured points as SVG: equal scale both ways, a graticule in degrees, a scale bar, circles and outlines with
 * their names. Points are drawn in the order given, so the rare ones should come last; of outlines whose names would
 * lie on each other the first keeps its name.
 */
export function drawPointMap(
  points: readonly MapPoint[],
  circles: readonly MapCircle[],
  title: string,
  outlines: readonly MapOutline[] = [],
): Markup {
  const view = fitView(points);
  const dots = groupByColour(points).map(([colour, group]) => {
    const path = group.map((point) => `M${view.x(point.longitude)} ${view.y(point.latitude)}h0`).join('');
    return markup`<path d="${path}" stroke="${colour}" stroke-width="3.4" stroke-linecap="round" fill="none"/>`;
  });
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<rect x="${MARGIN}" y="8" width="${WIDTH - MARGIN - 8}" height="${HEIGHT - MARGIN - 8}" fill="#f6f7f5" stroke="#c8ccc8"/>
${drawGraticule(view)}
${dots}
${circles.map((circle) => drawCircle(circle, view))}
${drawOutlines(outlines, view)}
${drawScaleBar(view)}
</svg>`;
}

interface View {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
  readonly pixelsPerMetre: number;
  x(longitude: number): number;
  y(latitude: number): number;
}

function fitView(points: readonly MapPoint[]): View {
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { longitude, latitude } of points) {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  const middle = (south + north) / 2;
  const metresEast = METRES_PER_DEGREE * Math.cos((middle * Math.PI) / 180);
  const innerWidth = WIDTH - MARGIN - 8;
  const innerHeight = HEIGHT - MARGIN - 8;
  const groundWidth = Math.max((east - west) * metresEast, 100) * 1.06;
  const groundHeight = Math.max((north - south) * METRES_PER_DEGREE, 100) * 1.06;
  const pixelsPerMetre = Math.min(innerWidth / groundWidth, innerHeight / groundHeight);
  const centreX = MARGIN + innerWidth / 2;
  const centreY = 8 + innerHeight / 2;
  const centreLongitude = (west + east) / 2;
  const halfWidth = innerWidth / 2 / pixelsPerMetre / metresEast;
  const halfHeight = innerHeight / 2 / pixelsPerMetre / METRES_PER_DEGREE;
  return {
    west: centreLongitude - halfWidth,
    east: centreLongitude + halfWidth,
    south: middle - halfHeight,
    north: middle + halfHeight,
    pixelsPerMetre,
    x: (longitude) => roundPixels(centreX + (longitude - centreLongitude) * metresEast * pixelsPerMetre),
    y: (latitude) => roundPixels(centreY - (latitude - middle) * METRES_PER_DEGREE * pixelsPerMetre),
  };
}

function groupByColour(points: readonly MapPoint[]): [string, MapPoint[]][] {
  const groups = new Map<string, MapPoint[]>();
  for (const point of points) {
    const group = groups.get(point.colour);
    if (group) group.push(point);
    else groups.set(point.colour, [point]);
  }
  return [...groups];
}

function drawGraticule(view: View): Markup[] {
  const step = niceStep((view.north - view.south) / 4);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const lines: Markup[] = [];
  for (const latitude of multiplesBetween(view.south, view.north, step)) {
    const y = view.y(latitude);
    lines.push(markup`<path d="M${MARGIN} ${y}H${WIDTH - 8}" stroke="#dfe3df"/>
<text x="${MARGIN - 5}" y="${y + 3}" text-anchor="end" class="tick">${degrees(latitude, 'N', 'S', digits)}</text>`);
  }
  for (const longitude of multiplesBetween(view.west, view.east, step)) {
    const x = view.x(longitude);
    lines.push(markup`<path d="M${x} 8V${HEIGHT - MARGIN}" stroke="#dfe3df"/>
<text x="${x}" y="${HEIGHT - MARGIN + 14}" text-anchor="middle" class="tick">${degrees(longitude, 'E', 'W', digits)}</text>`);
  }
  return lines;
}

function drawCircle(circle: MapCircle, view: View): Markup {
  const x = view.x(circle.longitude);
  const y = view.y(circle.latitude);
  const radius = roundPixels(circle.radiusMetres * view.pixelsPerMetre);
  return markup`<circle cx="${x}" cy="${y}" r="${radius}" fill="none" stroke="#c00000" stroke-width="1.6"/>
<text x="${x}" y="${roundPixels(y - radius - 5)}" text-anchor="middle" class="place">${circle.name}</text>`;
}

function drawOutlines(outlines: readonly MapOutline[], view: View): Markup[] {
  const names: NameBox[] = [];
  const lines = outlines.map((outline) => drawOutline(outline, view, names));
  return [
    ...lines,
    ...names.map(({ name, x, y }) => {
      return markup`<text x="${x}" y="${y}" text-anchor="middle" class="area">${name}</text>`;
    }),
  ];
}

/** A name on the map, by the middle of its foot. */
interface NameBox {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** About what a letter and a line of the class `area` take, in the units of the map. */
const LETTER_WIDTH = 7.5;
const LINE_HEIGHT = 15;

function isApart(left: NameBox, right: NameBox): boolean {
  const reach = (LETTER_WIDTH * (left.name.length + right.name.length)) / 2;
  return Math.abs(left.x - right.x) > reach || Math.abs(left.y - right.y) > LINE_HEIGHT;
}

/** Nothing of an outline that lies beyond the map is drawn. Adds its name to `names` where there is room. */
function drawOutline({ name, rings }: MapOutline, view: View, names: NameBox[]): Markup {
  const isOnMap = ([longitude, latitude]: readonly [number, number]) =>
    longitude >= view.west && longitude <= view.east && latitude >= view.south && latitude <= view.north;
  const shown = rings.filter((ring) => ring.length > 0 && ring.every(isOnMap));
  if (shown.length === 0) return markup``;
  const path = shown
    .map(
      (ring) =>
        `M${ring.map(([longitude, latitude]) => `${view.x(longitude)} ${view.y(latitude)}`).join('L')}Z`,
    )
    .join('');
  const [longitude, latitude] = shown.flat().reduce((best, next) => (next[1] > best[1] ? next : best));
  const box = { name, x: view.x(longitude), y: roundPixels(view.y(latitude) - 5) };
  if (names.every((other) => isApart(other, box))) names.push(box);
  return markup`<path d="${path}" fill="none" stroke="#12303b" stroke-width="1.4" stroke-dasharray="5 4"/>`;
}

function drawScaleBar(view: View): Markup {
  const metres = niceStep(140 / view.pixelsPerMetre);
  const length = roundPixels(metres * view.pixelsPerMetre);
  const right = WIDTH - 22;
  const y = HEIGHT - MARGIN - 14;
  const label = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  return markup`<path d="M${right - length} ${y - 5}V${y}H${right}V${y - 5}" fill="none" stroke="#222" stroke-width="1.4"/>
<text x="${roundPixels(right - length / 2)}" y="${y - 5}" text-anchor="middle" class="tick">${label}</text>`;
}

function degrees(value: number, positive: string, negative: string, digits: number): string {
  return `${Math.abs(value).toFixed(digits)}°${value < 0 ? negative : positive}`;
}
