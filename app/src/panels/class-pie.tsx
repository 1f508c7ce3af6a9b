import { classColour } from '../map/colours.js';

const RADIUS = 40;

/** Shares of the classes, clockwise from the top; the numbers stand in the table beside it. */
export function ClassPie({ classes, counts }: { classes: readonly string[]; counts: readonly number[] }) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let turn = 0;
  return (
    <svg class="pie" viewBox="-44 -44 88 88" role="img" aria-label={describe(classes, counts, total)}>
      {total === 0 && <circle r={RADIUS} fill="#e4e8e7" />}
      {classes.map((name, code) => {
        const share = total === 0 ? 0 : counts[code] / total;
        if (share === 0) return null;
        const path = share > 0.9999 ? fullCircle() : sector(turn, turn + share);
        turn += share;
        return <path key={name} d={path} fill={classColour(name, code)} stroke="#fff" stroke-width="1.2" />;
      })}
      <circle r={RADIUS * 0.62} fill="#fff" />
      <text y="4" text-anchor="middle">
        {shorten(total)}
      </text>
    </svg>
  );
}

function sector(from: number, to: number): string {
  const place = (turn: number) => {
    const angle = 2 * Math.PI * turn;
    return `${(RADIUS * Math.sin(angle)).toFixed(2)} ${(-RADIUS * Math.cos(angle)).toFixed(2)}`;
  };
  return `M0 0L${place(from)}A${RADIUS} ${RADIUS} 0 ${to - from > 0.5 ? 1 : 0} 1 ${place(to)}Z`;
}

function fullCircle(): string {
  return `M0 ${-RADIUS}A${RADIUS} ${RADIUS} 0 1 1 0 ${RADIUS}A${RADIUS} ${RADIUS} 0 1 1 0 ${-RADIUS}Z`;
}

function shorten(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e5 ? `${Math.round(count / 1000)} k` : count.toLocaleString('en-GB');
}

function describe(classes: readonly string[], counts: readonly number[], total: number): string {
  if (total === 0) return 'No points';
  return `Shares: ${classes.map((name, code) => `${name} ${((100 * counts[code]) / total).toFixed(1)} %`).join(', ')}`;
}
