/** Notices pids that come a second time in the datasets opened together. */
export interface PidRegister {
  /** Registers a dataset and returns its number. */
  addDataset(): number;
  /** Starts a pass over a dataset: what earlier passes over the same one have seen no longer counts as seen. */
  startPass(dataset: number): void;
  /**
   * Returns true where this point is new. It is not where its pid was seen in this pass over the same dataset, or in
   * an earlier dataset at the same place (`placeHash`): files of other makers all count their points from 1, so that
   * the pid alone says nothing across files. What a later dataset has claimed in a look ahead goes over to this one.
   */
  claim(dataset: number, hashHigh: number, hashLow: number, placeHash: number): boolean;
}

const WORDS = 4;
const FIRST_CAPACITY = 1 << 12;

/**
 * An open-addressing table of 16 bytes an entry: two halves of the pid's hash, the place's hash, and dataset and pass
 * in one word (0 is empty). It doubles when three quarters full, so a million points take 32 MB. Two different pids
 * share 64 bits in a set of ten million with a probability of three in a million.
 */
export function createPidRegister(): PidRegister {
  let table = new Uint32Array(FIRST_CAPACITY * WORDS);
  let mask = FIRST_CAPACITY - 1;
  let used = 0;
  const passes: number[] = [];

  function grow(): void {
    const old = table;
    mask = mask * 2 + 1;
    table = new Uint32Array(old.length * 2);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + 3] === 0) continue;
      let index = old[from + 1] & mask;
      while (table[index * WORDS + 3] !== 0) index = (index + 1) & mask;
      for (let word = 0; word < WORDS; word++) table[index * WORDS + word] = old[from + word];
    }
  }

  return {
    addDataset: () => passes.push(0),
    startPass(dataset) {
      passes[dataset - 1] = (passes[dataset - 1] + 1) & 0xffff;
    },
    claim(dataset, hashHigh, hashLow, placeHash) {
      const high = hashHigh >>> 0;
      const low = hashLow >>> 0;
      const place = placeHash >>> 0;
      const owner = ((dataset << 16) | passes[dataset - 1]) >>> 0;
      let index = low & mask;
      let ownAt = -1;
      let laterAt = -1;
      for (let at = index * WORDS; table[at + 3] !== 0; at = index * WORDS) {
        if (table[at] === high && table[at + 1] === low) {
          const other = table[at + 3] >>> 16;
          if (other === dataset) {
            if (table[at + 3] === owner) return false;
            ownAt = at;
          } else if (table[at + 2] === place) {
            if (other < dataset) return false;
            laterAt = at;
          }
        }
        index = (index + 1) & mask;
      }
      if (ownAt >= 0) {
        table[ownAt + 3] = owner;
        table[ownAt + 2] = place;
      }
      if (laterAt >= 0) table[laterAt + 3] = owner;
      if (ownAt >= 0 || laterAt >= 0) return true;
      // One by one: `set` takes longer than all else here.
      const at = index * WORDS;
      table[at] = high;
      table[at + 1] = low;
      table[at + 2] = place;
      table[at + 3] = owner;
      if (++used > 0.75 * (mask + 1)) grow();
      return true;
    },
  };
}
