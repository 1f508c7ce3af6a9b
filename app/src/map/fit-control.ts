import type { IControl } from 'maplibre-gl';

/** A button below those for the zoom: the whole map again. */
export function createFitControl(onFit: () => void): IControl {
  const group = document.createElement('div');
  group.className = 'maplibregl-ctrl maplibregl-ctrl-group';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'fit-control';
  button.title = 'Whole map';
  button.setAttribute('aria-label', 'Whole map');
  button.addEventListener('click', onFit);
  group.append(button);
  return { onAdd: () => group, onRemove: () => group.remove() };
}
