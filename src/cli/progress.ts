import { formatCount, formatDuration } from './numbers.js';

const BAR_CELLS = 24;
const REDRAW_MS = 100;
const LOG_LINE_MS = 60_000;

export interface ProgressState {
  /** From 0 to 1, or `undefined` where the end is not known. */
  readonly fraction: number | undefined;
  /** How many things are done, for the rate. */
  readonly done: number;
}

/** A bar with rate and time left on a terminal, a line a minute in a log; standard output stays free for results. */
export interface Progress {
  update(state: ProgressState): void;
  finish(): void;
}

export function createProgress(
  label: string,
  unit: string,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const start = performance.now();
  let lastShown = stream.isTTY ? Number.NEGATIVE_INFINITY : start;
  let drawn = false;

  return {
    update({ fraction, done }) {
      const now = performance.now();
      if (now - lastShown < (stream.isTTY ? REDRAW_MS : LOG_LINE_MS)) return;
      lastShown = now;
      const seconds = (now - start) / 1000;
      const parts = [`${formatCount(done)} ${unit}`];
      if (seconds > 0) parts.push(`${formatCount(done / seconds)}/s`);
      if (fraction !== undefined && fraction > 0.01) {
        parts.push(`${formatDuration((seconds * (1 - fraction)) / fraction)} left`);
      }
      const bar = fraction === undefined ? '' : ` ${drawBar(fraction)} ${Math.floor(fraction * 100)} %`;
      const line = `${label}${bar}  ${parts.join('  ')}`;
      drawn = true;
      stream.write(stream.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
    },
    finish() {
      if (drawn && stream.isTTY) stream.write('\r\u001b[K');
    },
  };
}

function drawBar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_CELLS);
  return `[${'='.repeat(full)}${' '.repeat(BAR_CELLS - full)}]`;
}
