/** How far two people agree beyond chance. */
export interface Agreement {
  /** Items that both have labelled. */
  readonly items: number;
  /** Share of them with the same label, 0 to 1. */
  readonly observed: number;
  /** Share that would agree by chance, from how often each uses each label. */
  readonly expected: number;
  /** Cohen's kappa; `NaN` without items, or where chance alone would make them agree on all. */
  readonly kappa: number;
  /** Large-sample standard error of kappa (Cohen 1960). */
  readonly standardError: number;
}

/**
 * Cohen's kappa, (observed - expected) / (1 - expected), of two labellings of the same items (Cohen 1960, "A coefficient
 * of agreement for nominal scales"). Items that one of them lacks do not count.
 */
export function computeKappa(
  first: ReadonlyMap<string, string>,
  second: ReadonlyMap<string, string>,
): Agreement {
  const left = new Map<string, number>();
  const right = new Map<string, number>();
  let items = 0;
  let same = 0;
  for (const [item, label] of first) {
    const other = second.get(item);
    if (other === undefined) continue;
    items++;
    if (label === other) same++;
    left.set(label, (left.get(label) ?? 0) + 1);
    right.set(other, (right.get(other) ?? 0) + 1);
  }
  const observed = same / items;
  let expected = 0;
  for (const [label, count] of left) expected += (count / items) * ((right.get(label) ?? 0) / items);
  return {
    items,
    observed: items === 0 ? Number.NaN : observed,
    expected: items === 0 ? Number.NaN : expected,
    kappa: items === 0 || expected === 1 ? Number.NaN : (observed - expected) / (1 - expected),
    standardError: Math.sqrt((observed * (1 - observed)) / (items * (1 - expected) ** 2)),
  };
}
