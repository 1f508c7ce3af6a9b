/** Runs one stage and prints what it took, as JSON: `node run-stage.js <stage> <input as JSON>`. */
import { OWN_STAGES } from './own-stages.js';

const [name, input] = process.argv.slice(2);
const result = await OWN_STAGES[name](JSON.parse(input));
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ ...result, peakBytes })}\n`);
