/** Names that may have been meant by one that does not exist, the nearest first. */
export interface NearNames {
  add(name: string): void;
  finish(): string[];
}

/**
 * Keeps, of any number of names, the few that take the fewest changes of single letters to become `wanted` (edit
 * distance, capitals aside); names that share less than half of it with `wanted` do not count.
 */
export function createNearNames(wanted: string, most = 5): NearNames {
  const target = wanted.toLowerCase();
  const kept: { name: string; distance: number }[] = [];
  return {
    add(name) {
      const farthest = kept.length < most ? Math.ceil(wanted.length / 2) : kept[kept.length - 1].distance - 1;
      if (Math.abs(name.length - target.length) > farthest) return;
      const distance = editDistance(name.toLowerCase(), target);
      if (distance > farthest) return;
      const place = kept.findIndex((other) => other.distance > distance);
      kept.splice(place < 0 ? kept.length : place, 0, { name, distance });
      kept.length = Math.min(kept.length, most);
    },
    finish: () => kept.map(({ name }) => name),
  };
}

/** Insertions, removals and replacements that turn one text into the other (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = row[j] + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[to.length];
}
