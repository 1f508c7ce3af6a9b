import { readFile } from 'node:fs/promises';
import { parseShares } from '../classify/class-prior.js';
import type { ClassPrior } from '../classify/classify-files.node.js';
import { GroundTrendError } from '../errors.js';
import { TREND_CLASSES } from '../series/trend-class.js';

const NAMED = ['balanced', 'paper', 'estimate'] as const;

/** A prior by name, or class shares from a file. Throws `usage` where it is neither. */
export async function readPrior(nameOrPath: string): Promise<ClassPrior> {
  const named = NAMED.find((name) => name === nameOrPath);
  if (named !== undefined) return named;
  try {
    return parseShares(await readFile(nameOrPath, 'utf8'), TREND_CLASSES, nameOrPath);
  } catch (cause) {
    if (cause instanceof GroundTrendError) throw cause;
    throw new GroundTrendError('usage', `--prior is ${NAMED.join(', ')} or a file of class shares.`, {
      cause,
    });
  }
}
