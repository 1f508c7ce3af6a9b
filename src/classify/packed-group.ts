import { type PackedTexts, packTexts, unpackTexts } from '../series/packed-texts.js';
import type { GroupColumns } from '../write/geoparquet/encoded-group.js';
import type { LeafColumn } from '../write/geoparquet/leaf-column.js';

type PackedLeaf =
  | Exclude<LeafColumn, { readonly kind: 'text' }>
  | (Pick<LeafColumn, 'path' | 'isOptional'> & { readonly kind: 'packed text'; readonly texts: PackedTexts });

/** A row group on its way between threads: numbers lie in shared memory, texts are bytes. */
export interface PackedGroup {
  readonly rows: number;
  readonly leaves: readonly PackedLeaf[];
}

export function packGroup({ rows, leaves }: GroupColumns): PackedGroup {
  return {
    rows,
    leaves: leaves.map((leaf) => {
      if (leaf.kind !== 'text') return leaf;
      const { path, isOptional, values } = leaf;
      return { path, isOptional, kind: 'packed text', texts: packTexts(values.slice(0, rows)) };
    }),
  };
}

export function unpackGroup({ rows, leaves }: PackedGroup): GroupColumns {
  return {
    rows,
    leaves: leaves.map((leaf) => {
      if (leaf.kind !== 'packed text') return leaf;
      const { path, isOptional, texts } = leaf;
      return { path, isOptional, kind: 'text', values: unpackTexts(texts) };
    }),
  };
}
