import { useEffect, useRef } from 'preact/hooks';
import { type EpochAxis, formatDay } from '../../../src/index.js';
import { classColour } from '../map/colours.js';
import type { PointDetail } from './point-detail.js';
import { drawSeries, type PlotLine } from './series-plot.js';

const OBSERVED = '#5b6b70';
/** Kept points: told apart by colour-blind eyes, and none of them a class's colour. */
const COMPARED = ['#117733', '#882255', '#44aa99', '#999933'];

interface SeriesViewProps {
  readonly detail: PointDetail;
  readonly others: readonly PointDetail[];
  readonly axis: EpochAxis;
  /** Takes a point out of the comparison. */
  readonly onDrop: (row: number) => void;
}

/** Observations with the fitted model, and below what the model leaves over. */
export function SeriesView({ detail, others, axis, onDrop }: SeriesViewProps) {
  const top = useRef<HTMLDivElement>(null);
  const bottom = useRef<HTMLDivElement>(null);
  const { series, fit, className, breakMark, pid } = detail;
  const colour = className ? classColour(className) : '#0072b2';

  useEffect(() => {
    const lines: PlotLine[] = [];
    others.forEach((other, index) => {
      if (other.series) {
        lines.push({
          label: other.pid,
          colour: COMPARED[index % COMPARED.length],
          values: other.series,
          style: 'points',
        });
      }
    });
    lines.push({ label: 'observed', colour: OBSERVED, values: series!, style: 'points' });
    if (fit?.repaired) lines.push({ label: 'jumps put right', colour, values: fit.repaired, style: 'rings' });
    if (fit) {
      if (fit.season.some((value) => value !== 0)) {
        const withSeason = fit.motion.map((value, i) => value + fit.season[i]);
        lines.push({ label: 'model with season', colour: `${colour}90`, values: withSeason, style: 'thin' });
      }
      lines.push({ label: 'model', colour, values: fit.motion, style: 'line' });
    }
    const marks = breakMark ? [{ ...breakMark, label: `break ${formatDay(breakMark.day)}` }] : [];
    for (const { epoch, cycles } of fit?.jumps ?? []) {
      const day = axis.days[epoch];
      marks.push({
        day,
        low: day,
        high: day,
        label: `jump ${cycles > 0 ? '+' : '−'}${Math.abs(cycles)} cycle`,
      });
    }
    const upper = drawSeries(top.current!, {
      days: axis.days,
      lines,
      marks,
      title: `Displacement series of ${pid}: ${axis.days.length} dates, ${className ?? 'no class'}`,
      height: 190,
      key: 'point',
    });
    const lower = fit
      ? drawSeries(bottom.current!, {
          days: axis.days,
          lines: [{ label: 'residual', colour: OBSERVED, values: fit.residuals, style: 'bars' }],
          title: 'Residuals',
          height: 62,
          key: 'point',
          hasDates: false,
        })
      : undefined;
    return () => {
      upper.destroy();
      lower?.destroy();
    };
  }, [detail, others, axis]);

  return (
    <div class="series">
      <p class="axis-title">
        displacement, mm (line of sight)
        <span class="legend">
          <i class="dot" style={{ background: OBSERVED }} /> observed
          {fit && (
            <>
              <i class="dash" style={{ background: colour }} /> {describeShape(detail)}
            </>
          )}
          {fit?.repaired && (
            <>
              <i class="ring" style={{ borderColor: colour }} /> jumps put right
            </>
          )}
          {others.map(({ pid: other, row }, index) => (
            <span key={other} class="kept">
              <i class="dot" style={{ background: COMPARED[index % COMPARED.length] }} /> {other}
              <button type="button" class="link" aria-label={`Let ${other} go`} onClick={() => onDrop(row)}>
                ×
              </button>
            </span>
          ))}
        </span>
      </p>
      <div ref={top} class="plot" />
      {fit && <p class="axis-title">residual, mm</p>}
      <div ref={bottom} class="plot" />
    </div>
  );
}

function describeShape({ fit }: PointDetail): string {
  const names = {
    constant: 'constant',
    linear: 'line',
    quadratic: 'parabola',
    hinge: 'two lines with a break',
  } as const;
  const season = fit!.season.some((value) => value !== 0) ? ', season (thin)' : '';
  return `fitted ${names[fit!.shape]}${season}`;
}
