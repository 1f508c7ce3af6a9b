interface HistogramProps {
  readonly bins: ArrayLike<number>;
  readonly title: string;
  /** Bars outside of this part (0 to 1) are pale. */
  readonly within?: readonly [number, number];
}

/** Bars of equal width, the tallest as high as the figure. */
export function Histogram({ bins, title, within = [0, 1] }: HistogramProps) {
  const tallest = Math.max(1, ...Array.from(bins));
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${bins.length} 20`}
      preserveAspectRatio="none"
      role="img"
      aria-label={title}
    >
      {Array.from(bins, (count, bin) => {
        const middle = (bin + 0.5) / bins.length;
        const height = count === 0 ? 0 : Math.max(0.7, (20 * count) / tallest);
        const isIn = middle >= within[0] && middle <= within[1];
        return (
          <rect
            key={bin}
            x={bin + 0.08}
            y={20 - height}
            width={0.84}
            height={height}
            class={isIn ? '' : 'out'}
          />
        );
      })}
    </svg>
  );
}
