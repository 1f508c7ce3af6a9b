import { useEffect, useRef, useState } from 'preact/hooks';
import { classColour, inkOn } from '../map/colours.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { type Fact, type PointDetail, readPoint } from './point-detail.js';
import { PointExport } from './point-export.js';
import { SeriesView } from './series-view.js';

interface PointPanelProps {
  readonly explorer: Explorer;
  readonly state: ExplorerState;
  readonly row: number;
}

export function PointPanel({ explorer, state, row }: PointPanelProps) {
  const { loaded, compared, isBlind, focusCount } = state;
  const section = useRef<HTMLElement>(null);
  const [detail, setDetail] = useState<PointDetail>();
  const [others, setOthers] = useState<readonly PointDetail[]>([]);
  const [problem, setProblem] = useState('');

  useEffect(() => {
    if (focusCount > 0) section.current!.focus({ preventScroll: true });
  }, [focusCount]);

  useEffect(() => {
    let isCurrent = true;
    setProblem('');
    readPoint(loaded!, row).then(
      (next) => isCurrent && setDetail(next),
      (error: Error) => isCurrent && setProblem(error.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [loaded, row]);

  useEffect(() => {
    let isCurrent = true;
    void Promise.all(
      compared.filter((other) => other !== row).map((other) => readPoint(loaded!, other)),
    ).then((next) => isCurrent && setOthers(next));
    return () => {
      isCurrent = false;
    };
  }, [loaded, compared, row]);

  return (
    <section class="point" aria-label="Point" ref={section} tabIndex={-1}>
      <div class="point-head">
        {detail?.className && !isBlind && (
          <span
            class="chip"
            style={{ background: classColour(detail.className), color: inkOn(classColour(detail.className)) }}
          >
            {detail.className}
          </span>
        )}
        <h2>{loaded!.pidOf(row)}</h2>
        <div class="point-actions">
          <button
            type="button"
            aria-label="Previous point"
            title="Previous point (← or [)"
            onClick={() => explorer.step(-1)}
          >
            ‹
          </button>
          <button
            type="button"
            aria-label="Next point"
            title="Next point (→ or ])"
            onClick={() => explorer.step(1)}
          >
            ›
          </button>
          <button type="button" aria-pressed={compared.includes(row)} onClick={() => explorer.compare(row)}>
            {compared.includes(row) ? 'Kept' : 'Keep to compare'}
          </button>
          {detail?.series && <PointExport detail={detail} axis={loaded!.axis!} />}
          <button
            type="button"
            aria-label="Close the point"
            title="Close (Esc)"
            onClick={() => explorer.select(undefined)}
          >
            ×
          </button>
        </div>
      </div>
      {problem && (
        <p role="alert" class="point-problem">
          {problem}
        </p>
      )}
      {detail && (
        <div class="point-body">
          {detail.series && loaded!.axis ? (
            <SeriesView
              detail={isBlind ? withoutModel(detail) : detail}
              others={others}
              axis={loaded!.axis}
              onDrop={explorer.compare}
            />
          ) : (
            <p class="no-series">
              This map holds no displacements. Classify with <code>--keep-series</code>, or name the
              classified file when you start <code>groundtrend explore</code>.
            </p>
          )}
          <div class="facts">
            {isBlind ? (
              <p class="small">What the model says is hidden while you label.</p>
            ) : (
              <>
                <Probabilities detail={detail} />
                <details open={isWide()}>
                  <summary>Findings</summary>
                  <FactTable title="Findings" facts={detail.findings} />
                </details>
              </>
            )}
            {detail.attributes.length > 0 && (
              <details>
                <summary>Attributes of the source</summary>
                <FactTable facts={detail.attributes} title="Attributes of the source" />
              </details>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

/** On a phone the numbers are folded away below the series. */
function isWide(): boolean {
  return matchMedia('(min-width: 761px)').matches;
}

function withoutModel(detail: PointDetail): PointDetail {
  return { ...detail, fit: undefined, breakMark: undefined, className: undefined };
}

function Probabilities({ detail: { probabilities } }: { detail: PointDetail }) {
  if (probabilities.length === 0) return null;
  return (
    <table class="probabilities">
      <caption class="hidden">Probabilities of the classes</caption>
      <tbody>
        {probabilities.map(([name, probability]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="bar-cell">
              <span class="bar" style={{ width: `${100 * probability}%`, background: classColour(name) }} />
            </td>
            <td class="number">{probability.toFixed(2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function FactTable({ facts, title }: { facts: readonly Fact[]; title: string }) {
  return (
    <table class="fact-table">
      <caption class="hidden">{title}</caption>
      <tbody>
        {facts.map(({ name, title: factTitle, value, unit, description }) => (
          <tr key={name} title={description ?? ''}>
            <th scope="row">{factTitle}</th>
            <td>
              {value} <span class="unit">{unit}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
