/** Runs one stage and prints what it took, as JSON: `node run-stage.js <stage> <input as JSON>`. */
import { ANALYSIS_STAGES } from './analysis-stages.js';
import { READING_STAGES } from './reading-stages.js';
import { SHARD_STAGES } from './shard-stages.js';
import { WHOLE_STAGES, WRITING_STAGES } from './writing-stages.js';

const stages = { ...READING_STAGES, ...ANALYSIS_STAGES, ...WRITING_STAGES, ...WHOLE_STAGES, ...SHARD_STAGES };
const [name, input] = process.argv.slice(2);
const result = await stages[name](JSON.parse(input));
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ ...result, peakBytes })}\n`);
