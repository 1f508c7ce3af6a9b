import { useEffect } from 'preact/hooks';
import type { Explorer } from './state/explorer.js';

const STEPS: Readonly<Record<string, 1 | -1>> = {
  ']': 1,
  '[': -1,
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

/** Keys that work wherever nothing else takes them. On the map itself, arrows move the map. */
export function useKeyboard(explorer: Explorer): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
      const isOnMap = target.classList.contains('maplibregl-canvas');
      const { draft, selected } = explorer.store.get();
      if (event.key === 'Escape') {
        if (draft) explorer.finishDrawing(false);
        else {
          if (target.closest('.point')) explorer.focusMap();
          explorer.select(undefined);
        }
      } else if (event.key in STEPS) {
        const isArrow = event.key.startsWith('Arrow');
        if (isArrow && (isOnMap || selected === undefined || target.getAttribute('role') === 'tab')) return;
        event.preventDefault();
        explorer.step(STEPS[event.key]);
      } else if (event.key === 'Enter' && isOnMap) {
        if (draft) explorer.finishDrawing(true);
        else explorer.selectMiddle();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [explorer]);
}
