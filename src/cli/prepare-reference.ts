import { parseReference } from '../areas/reference/parse-reference.js';
import { type Reference, referenceDataset } from '../areas/reference/reference-series.js';
import type { Dataset } from '../series/dataset.js';

export interface ReferenceRequest {
  /** As `--reference` is given. */
  readonly reference?: string;
  readonly commonMode: boolean;
  readonly signal: AbortSignal;
}

/** What is to be taken off, one after the other. Throws `usage` for a reference that cannot be understood. */
export function listReferences({ reference, commonMode }: Omit<ReferenceRequest, 'signal'>): Reference[] {
  const references: Reference[] = [];
  if (reference !== undefined) references.push(parseReference(reference));
  if (commonMode) references.push({ kind: 'common-mode' });
  return references;
}

/** What is to be taken off every series of a file before it is classified; `undefined` where nothing is. */
export function prepareReference({
  reference,
  commonMode,
  signal,
}: ReferenceRequest): ((dataset: Dataset) => Promise<Dataset>) | undefined {
  const references = listReferences({ reference, commonMode });
  if (references.length === 0) return undefined;
  return async (dataset) => {
    let prepared = dataset;
    for (const one of references) prepared = await referenceDataset(prepared, one, { signal });
    return prepared;
  };
}
