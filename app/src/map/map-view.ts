import KDBush from 'kdbush';
import { Map as BaseMap, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { chooseStyle } from './base-style.js';
import { createFitControl } from './fit-control.js';
import {
  type Bounds,
  latitudeOf,
  longitudeOf,
  type MapView,
  mercatorX,
  mercatorY,
  worldPixels,
} from './mercator.js';
import { drawOverlay, type Overlay, type Placer } from './overlay.js';
import { type DrawList, drawPoints, radiusAtZoom } from './point-raster.js';

setWorkerUrl(workerUrl);

/** How far from a point a click may be, CSS pixels beyond its rim. */
const CLICK_REACH = 7;

export interface MapEvents {
  onView(view: MapView, bounds: Bounds): void;
  onClick(row: number | undefined, place: readonly [number, number]): void;
  onHover(row: number | undefined, place: readonly [number, number] | undefined): void;
  /** The whole map is asked for. */
  onFit(): void;
  onDoubleClick(place: readonly [number, number]): void;
  /** The base map, or a part of it, cannot be had. */
  onProblem(error: { readonly message: string }): void;
}

export interface PointMap {
  setPoints(points: { x: Float64Array; y: Float64Array; index: ArrayBuffer }): void;
  /** Which points show, in drawing order, their colours, and a mask by row for clicks. */
  setDrawing(list: DrawList, visible: Uint8Array): void;
  setOverlay(overlay: Overlay): void;
  /** While on, clicks are places of an outline. */
  setDrawingMode(isOn: boolean): void;
  fit(bounds: Bounds, maxZoom?: number): void;
  jumpTo(view: MapView): void;
  bringIntoView(row: number): void;
  /** The visible point nearest to the middle of the map. */
  nearestToMiddle(): number | undefined;
  focus(): void;
}

/** The map: MapLibre for the ground and the gestures, a canvas above it for the points. */
export async function createPointMap(
  container: HTMLElement,
  basemap: string | undefined,
  events: MapEvents,
): Promise<PointMap> {
  const style = await chooseStyle(basemap);
  const map = new BaseMap({
    container,
    style,
    center: [12, 46],
    zoom: 3.2,
    maxZoom: 21,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    attributionControl: basemap === undefined ? false : { compact: true },
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.doubleClickZoom.disable();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(createFitControl(events.onFit), 'top-right');
  map.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left');
  const canvas = document.createElement('canvas');
  canvas.className = 'points';
  map.getCanvasContainer().append(canvas);
  map
    .getCanvas()
    .setAttribute(
      'aria-label',
      'Map. Arrow keys move it, plus and minus zoom, Enter picks the point nearest to its middle.',
    );
  const context = canvas.getContext('2d')!;

  let points: { x: Float64Array; y: Float64Array; index: KDBush } | undefined;
  let list: DrawList | undefined;
  let visible: Uint8Array | undefined;
  let overlay: Overlay = { outlines: [], draft: [], selected: undefined, compared: [] };
  let hovered: number | undefined;
  let isDrawing = false;
  let image: ImageData | undefined;

  const view = (): MapView => {
    const { lng, lat } = map.getCenter();
    return { longitude: lng, latitude: lat, zoom: map.getZoom() };
  };
  const ratio = () => Math.min(2, window.devicePixelRatio || 1);
  const radius = () => radiusAtZoom(map.getZoom(), list?.count ?? 0);

  function draw(): void {
    const { clientWidth, clientHeight } = container;
    const width = Math.max(1, Math.round(clientWidth * ratio()));
    const height = Math.max(1, Math.round(clientHeight * ratio()));
    if (canvas.width !== width || canvas.height !== height || image === undefined) {
      canvas.width = width;
      canvas.height = height;
      image = context.createImageData(width, height);
    }
    const pixels = new Uint32Array(image.data.buffer);
    pixels.fill(0);
    if (list) drawPoints(pixels, width, height, list, view(), ratio(), radius() * ratio());
    context.putImageData(image, 0, 0);
    context.save();
    context.scale(ratio(), ratio());
    drawOverlay(context, overlay, points, hovered, Math.max(radius(), 3), placer());
    context.restore();
  }

  /** From the unit square to CSS pixels. */
  function placer(): Placer {
    const { longitude, latitude, zoom } = view();
    const scale = worldPixels(zoom);
    const left = mercatorX(longitude) * scale - container.clientWidth / 2;
    const top = mercatorY(latitude) * scale - container.clientHeight / 2;
    return (x, y) => [x * scale - left, y * scale - top];
  }

  /** The visible point nearest to a place of the canvas (CSS pixels), or `undefined` where none is within reach. */
  function pick(px: number, py: number, reach: number): number | undefined {
    if (!points || !visible) return undefined;
    const { longitude, latitude, zoom } = view();
    const scale = worldPixels(zoom);
    const x = mercatorX(longitude) + (px - container.clientWidth / 2) / scale;
    const y = mercatorY(latitude) + (py - container.clientHeight / 2) / scale;
    let best: number | undefined;
    let least = Infinity;
    for (const row of points.index.within(x, y, reach / scale)) {
      if (visible[row] === 0) continue;
      const distance = (points.x[row] - x) ** 2 + (points.y[row] - y) ** 2;
      if (distance < least) {
        least = distance;
        best = row;
      }
    }
    return best;
  }

  function tellView(): void {
    const { clientWidth, clientHeight } = container;
    const { longitude, latitude, zoom } = view();
    const scale = worldPixels(zoom);
    const x = mercatorX(longitude);
    const y = mercatorY(latitude);
    events.onView(view(), [
      longitudeOf(x - clientWidth / 2 / scale),
      latitudeOf(y + clientHeight / 2 / scale),
      longitudeOf(x + clientWidth / 2 / scale),
      latitudeOf(y - clientHeight / 2 / scale),
    ]);
  }

  map.on('render', draw);
  map.on('moveend', tellView);
  map.on('click', ({ point, lngLat }) => {
    const place = [lngLat.lng, lngLat.lat] as const;
    events.onClick(isDrawing ? undefined : pick(point.x, point.y, radius() + CLICK_REACH), place);
  });
  map.on('dblclick', ({ lngLat }) => events.onDoubleClick([lngLat.lng, lngLat.lat]));
  map.on('mousemove', ({ point, lngLat }) => {
    const row = isDrawing ? undefined : pick(point.x, point.y, radius() + 2);
    map.getCanvas().style.cursor = isDrawing ? 'crosshair' : row === undefined ? '' : 'pointer';
    if (row !== hovered) {
      hovered = row;
      draw();
    }
    events.onHover(row, [lngLat.lng, lngLat.lat]);
  });
  map.on('mouseout', () => {
    hovered = undefined;
    draw();
    events.onHover(undefined, undefined);
  });
  new ResizeObserver(() => map.resize()).observe(container);
  // The points do not wait for the ground: it comes when it is there.
  map.on('error', ({ error }) => events.onProblem(error));
  tellView();
  draw();

  return {
    setPoints({ x, y, index }) {
      points = { x, y, index: KDBush.from(index) };
      // Rows are others now; what is drawn stays until it is arranged anew.
      visible = undefined;
      hovered = undefined;
    },
    setDrawing(next, mask) {
      list = next;
      visible = mask;
      draw();
    },
    setOverlay(next) {
      overlay = next;
      draw();
    },
    setDrawingMode(isOn) {
      isDrawing = isOn;
      map.getCanvas().style.cursor = isOn ? 'crosshair' : '';
    },
    fit([west, south, east, north], maxZoom = 17) {
      map.fitBounds([west, south, east, north], { padding: 40, maxZoom, animate: false });
    },
    jumpTo({ longitude, latitude, zoom }) {
      map.jumpTo({ center: [longitude, latitude], zoom });
    },
    bringIntoView(row) {
      if (!points) return;
      const [x, y] = placer()(points.x[row], points.y[row]);
      const margin = 30;
      const isIn =
        x > margin && y > margin && x < container.clientWidth - margin && y < container.clientHeight - margin;
      if (!isIn) map.jumpTo({ center: [longitudeOf(points.x[row]), latitudeOf(points.y[row])] });
    },
    nearestToMiddle() {
      const reach = Math.hypot(container.clientWidth, container.clientHeight) / 2;
      const middle = [container.clientWidth / 2, container.clientHeight / 2] as const;
      return pick(...middle, 40) ?? pick(...middle, reach);
    },
    focus: () => map.getCanvas().focus({ preventScroll: true }),
  };
}
