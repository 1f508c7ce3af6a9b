import { ANALYSIS_STAGES } from './analysis-stages.js';
import { READING_STAGES } from './reading-stages.js';
import { SHARD_STAGES } from './shard-stages.js';
import type { Stage } from './stages.js';
import { WHOLE_STAGES, WRITING_STAGES } from './writing-stages.js';

/** Every stage of ours by its name, in the order of the report. */
export const OWN_STAGES: Readonly<Record<string, Stage>> = {
  ...READING_STAGES,
  ...ANALYSIS_STAGES,
  ...WRITING_STAGES,
  ...WHOLE_STAGES,
  ...SHARD_STAGES,
};
