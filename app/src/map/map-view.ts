import KDBush from 'kdbush';
import { Map as BaseMap, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { chooseStyle } from './base-style.js';
import {
  type Bounds,
  latitudeOf,
  longitudeOf,
  type MapView,
  mercatorX,
  mercatorY,
  worldPixels,
} from './mercator.js';
import { type DrawList, drawPoints, radiusAtZoom } from './point-raster.js';

setWorkerUrl(workerUrl);

/** How far from a point a click may be, CSS pixels beyond its rim. */
const CLICK_REACH = 7;

/** What lies over the points: outlines of areas, the one being drawn, marks of chosen points. */
export interface Overlay {
  readonly outlines: readonly {
    readonly name: string;
    readonly ring: readonly (readonly [number, number])[];
    readonly isChosen: boolean;
  }[];
  readonly draft: readonly (readonly [number, number])[];
  readonly selected: number | undefined;
  readonly compared: readonly number[];
}

export interface MapEvents {
  onView(view: MapView, bounds: Bounds): void;
  onClick(row: number | undefined, place: readonly [number, number]): void;
  onHover(row: number | undefined, place: readonly [number, number] | undefined): void;
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
  resize(): void;
  destroy(): void;
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
    drawOverlay();
  }

  /** From the unit square to CSS pixels. */
  function placer(): (x: number, y: number) => [number, number] {
    const { longitude, latitude, zoom } = view();
    const scale = worldPixels(zoom);
    const left = mercatorX(longitude) * scale - container.clientWidth / 2;
    const top = mercatorY(latitude) * scale - container.clientHeight / 2;
    return (x, y) => [x * scale - left, y * scale - top];
  }

  function drawOverlay(): void {
    const place = placer();
    context.save();
    context.scale(ratio(), ratio());
    context.lineJoin = 'round';
    for (const { ring, name, isChosen } of overlay.outlines) {
      strokeRing(
        ring.map(([longitude, latitude]) => place(mercatorX(longitude), mercatorY(latitude))),
        isChosen,
      );
      const top = ring.reduce((best, next) => (next[1] > best[1] ? next : best), ring[0]);
      const [x, y] = place(mercatorX(top[0]), mercatorY(top[1]));
      context.font = '600 12px system-ui, sans-serif';
      context.textAlign = 'center';
      context.lineWidth = 4;
      context.strokeStyle = '#ffffffd9';
      context.strokeText(name, x, y - 7);
      context.fillStyle = '#12303b';
      context.fillText(name, x, y - 7);
    }
    if (overlay.draft.length > 0) {
      const ring = overlay.draft.map(([longitude, latitude]) =>
        place(mercatorX(longitude), mercatorY(latitude)),
      );
      strokeRing(ring, true);
      for (const [x, y] of ring) {
        context.beginPath();
        context.arc(x, y, 4, 0, 7);
        context.fillStyle = '#fff';
        context.fill();
        context.stroke();
      }
    }
    if (points) {
      const reach = Math.max(radius(), 3);
      for (const row of overlay.compared)
        markPoint(place(points.x[row], points.y[row]), reach + 3, '#12303b', 1.5);
      if (hovered !== undefined)
        markPoint(place(points.x[hovered], points.y[hovered]), reach + 2, '#12303b', 1.5);
      if (overlay.selected !== undefined) {
        markPoint(place(points.x[overlay.selected], points.y[overlay.selected]), reach + 4, '#12303b', 2.6);
      }
    }
    context.restore();
  }

  function strokeRing(ring: readonly (readonly [number, number])[], isChosen: boolean): void {
    context.beginPath();
    ring.forEach(([x, y], index) => {
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.closePath();
    context.lineWidth = isChosen ? 5 : 4;
    context.strokeStyle = '#ffffffc0';
    context.stroke();
    context.lineWidth = isChosen ? 2.4 : 1.4;
    context.strokeStyle = '#12303b';
    context.setLineDash(isChosen ? [] : [5, 4]);
    context.stroke();
    context.setLineDash([]);
  }

  function markPoint([x, y]: readonly [number, number], size: number, colour: string, width: number): void {
    context.beginPath();
    context.arc(x, y, size, 0, 7);
    context.lineWidth = width + 2.5;
    context.strokeStyle = '#ffffffe0';
    context.stroke();
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
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
  const observer = new ResizeObserver(() => map.resize());
  observer.observe(container);
  // The points do not wait for the ground: it comes when it is there.
  map.on('error', ({ error }) => events.onProblem(error));
  tellView();
  draw();

  return {
    setPoints({ x, y, index }) {
      points = { x, y, index: KDBush.from(index) };
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
    resize: () => map.resize(),
    destroy() {
      observer.disconnect();
      map.remove();
    },
  };
}
