import { type LabelEntry, settleLabels } from '../../../src/index.js';

/** Labels by class that a training can use: of every series one, where its annotators do not contradict each other. */
export function countAgreed(entries: Iterable<LabelEntry>): ReadonlyMap<string, number> {
  const said = new Map<string, Set<string>>();
  for (const own of settleLabels(entries).values()) {
    for (const [pid, { label }] of own) said.set(pid, (said.get(pid) ?? new Set()).add(label));
  }
  const counts = new Map<string, number>();
  for (const labels of said.values()) {
    const [label] = labels;
    if (labels.size === 1) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}
