import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { NumberColumn } from '../data/column.js';
import { formatValue, titleOf, unitOf } from '../data/units.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { countBins } from '../state/filters.js';
import { Histogram } from './histogram.js';

const STEPS = 200;
const PLAY_STEP_MS = 90;

interface SpanSliderProps {
  readonly explorer: Explorer;
  readonly state: ExplorerState;
  readonly name: string;
}

/** Two thumbs over a histogram; at an end of the slider nothing is cut off there, however far the outliers reach. */
export function SpanSlider({ explorer, state, name }: SpanSliderProps) {
  const { filters, columns, visible } = state;
  const column = columns.get(name) as NumberColumn | undefined;
  const [isPlaying, setPlaying] = useState(false);
  const timer = useRef(0);

  useEffect(() => void explorer.need(name), [name]);
  useEffect(() => () => clearInterval(timer.current), []);

  const ends = useMemo(() => (column ? sliderEnds(column) : undefined), [column]);
  const bins = useMemo(
    () =>
      column && ends
        ? countBins(column.values, everyRow(column.values.length), ends[0], ends[1], 36)
        : undefined,
    [column, ends],
  );
  if (!column || !ends || !bins) return <div class="span-slider loading">{titleOf(name)}</div>;
  if (column.present === 0) return null;

  const [start, end] = ends;
  const toStep = (value: number) =>
    Math.round(Math.min(1, Math.max(0, (value - start) / (end - start))) * STEPS);
  const span = filters.spans[name];
  const low = span ? toStep(span[0]) : 0;
  const high = span ? toStep(span[1]) : STEPS;
  const valueAt = (step: number) => start + ((end - start) * step) / STEPS;

  function apply(lowStep: number, highStep: number): void {
    const { [name]: _, ...others } = filters.spans;
    const isOpen = lowStep === 0 && highStep === STEPS;
    const next = [
      lowStep === 0 ? column!.low : round(valueAt(lowStep)),
      highStep === STEPS ? column!.high : round(valueAt(highStep)),
    ] as const;
    void explorer.filter({ ...filters, spans: isOpen ? others : { ...others, [name]: next } });
  }
  const round = (value: number) =>
    column.kind === 'date' ? Math.round(value) : Number(value.toPrecision(6));

  function play(): void {
    if (isPlaying) {
      clearInterval(timer.current);
      setPlaying(false);
      return;
    }
    setPlaying(true);
    let step = high === STEPS ? 0 : high;
    timer.current = window.setInterval(() => {
      step += 2;
      const current = explorer.store.get().filters;
      const next = [column!.low, round(valueAt(Math.min(step, STEPS)))] as const;
      void explorer.filter({ ...current, spans: { ...current.spans, [name]: next } });
      if (step >= STEPS) {
        clearInterval(timer.current);
        setPlaying(false);
      }
    }, PLAY_STEP_MS);
  }

  const title = titleOf(name);
  const shown = visible.length === column.values.length;
  return (
    <div class={`span-slider ${span ? 'active' : ''}`}>
      <div class="span-head">
        <span>{title}</span>
        <span class="span-values">
          {formatValue(column.kind, low === 0 ? column.low : valueAt(low))} to{' '}
          {formatValue(column.kind, high === STEPS ? column.high : valueAt(high))} {unitOf(name)}
        </span>
        {column.kind === 'date' && (
          <button
            type="button"
            class="link"
            aria-label={`${isPlaying ? 'Stop' : 'Play'} ${title} over time`}
            onClick={play}
          >
            {isPlaying ? 'Stop' : 'Play'}
          </button>
        )}
        {span && (
          <button
            type="button"
            class="link"
            aria-label={`Clear the filter by ${title}`}
            onClick={() => apply(0, STEPS)}
          >
            Clear
          </button>
        )}
      </div>
      {shown && (
        <Histogram bins={bins} title={`Distribution of ${title}`} within={[low / STEPS, high / STEPS]} />
      )}
      <div class="thumbs">
        <input
          type="range"
          min={0}
          max={STEPS}
          value={low}
          aria-label={`${title}, from`}
          aria-valuetext={`from ${formatValue(column.kind, valueAt(low))} ${unitOf(name)}`}
          onInput={(event) => apply(Math.min(event.currentTarget.valueAsNumber, high - 1), high)}
        />
        <input
          type="range"
          min={0}
          max={STEPS}
          value={high}
          aria-label={`${title}, up to`}
          aria-valuetext={`up to ${formatValue(column.kind, valueAt(high))} ${unitOf(name)}`}
          onInput={(event) => apply(low, Math.max(event.currentTarget.valueAsNumber, low + 1))}
        />
      </div>
    </div>
  );
}

function sliderEnds({ low, high, usualLow, usualHigh, kind }: NumberColumn): readonly [number, number] {
  if (kind === 'boolean') return [0, 1];
  const margin = 0.15 * (usualHigh - usualLow);
  const start = Math.max(low, usualLow - margin);
  const end = Math.min(high, usualHigh + margin);
  return end > start ? [start, end] : high > low ? [low, high] : [low, low + 1];
}

let everyRowCache = new Uint8Array(0);

function everyRow(rows: number): Uint8Array {
  if (everyRowCache.length !== rows) everyRowCache = new Uint8Array(rows).fill(1);
  return everyRowCache;
}
