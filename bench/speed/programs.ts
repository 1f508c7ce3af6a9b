import { fileURLToPath } from 'node:url';
import { ANALYSIS_STAGES } from './analysis-stages.js';
import type { Program } from './measure.js';
import { READING_STAGES } from './reading-stages.js';
import type { BenchInput } from './stages.js';
import { WHOLE_STAGES, WRITING_STAGES } from './writing-stages.js';

const RUN_STAGE = fileURLToPath(new URL('./run-stage.js', import.meta.url));
/** Peers are not compiled; from dist/bench/speed they lie in the sources. */
const PEERS = new URL('../../../bench/peers/', import.meta.url);

export const SCANNER = 'bare byte scanner';

/** Everything that is timed on an input, ours and others'. */
export function listPrograms(input: BenchInput): Program[] {
  const own = { ...READING_STAGES, ...ANALYSIS_STAGES, ...WRITING_STAGES, ...WHOLE_STAGES };
  return [
    ...Object.keys(own).map((stage) => ({
      stage,
      command: process.execPath,
      args: [RUN_STAGE, stage, JSON.stringify(input)],
    })),
    {
      stage: 'rival: wc -l',
      command: 'wc',
      args: ['-l', input.csv],
      parse: (_: string, seconds: number) => ({ seconds, points: input.points }),
    },
    peer("rival: pandas and the paper's CNN in PyTorch", 'speed_pandas_torch.py', input),
    peer('rival: DuckDB reads the CSV', 'speed_duckdb.py', input),
    peer('rival: ruptures, a break a point', 'speed_ruptures.py', input),
  ];
}

function peer(stage: string, script: string, input: BenchInput): Program {
  const python = process.env.GROUNDTREND_PYTHON ?? 'python3';
  return { stage, command: python, args: [fileURLToPath(new URL(script, PEERS)), input.csv] };
}
