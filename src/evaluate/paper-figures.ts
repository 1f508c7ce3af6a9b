/**
 * What Mirmazloumi et al. 2022 print of their own network and map, for tables that stand beside ours. Their test set
 * is 1,000 labelled series of Granada that were never published, so figures side by side are not a contest on equal
 * data.
 */
export const PAPER_TABLE2 = [
  { className: 'Stable', precision: 0.97, recall: 0.96, f1: 0.97 },
  { className: 'Linear', precision: 0.89, recall: 0.99, f1: 0.94 },
  { className: 'Quadratic', precision: 0.86, recall: 0.91, f1: 0.88 },
  { className: 'Bilinear', precision: 0.96, recall: 0.97, f1: 0.96 },
  { className: 'PUE', precision: 0.95, recall: 0.76, f1: 0.84 },
] as const;

export const PAPER_OVERALL_ACCURACY = 0.923;

/** The paper's map of the Rules Reservoir: points, share of Stable, points with unwrapping errors. */
export const PAPER_MAP = { points: 4459, stableShare: 0.73, unstableShare: 0.26, puePoints: 56 } as const;
