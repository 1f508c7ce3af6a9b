import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mapBeside } from './inputs.js';
import type { Program } from './measure.js';
import { OWN_STAGES } from './own-stages.js';
import type { BenchInput } from './stages.js';

const RUN_STAGE = fileURLToPath(new URL('./run-stage.js', import.meta.url));
const COMMAND_LINE = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
/** Peers are not compiled; from dist/bench/speed they lie in the sources. */
const PEERS = new URL('../../../bench/peers/', import.meta.url);

export const SCANNER = 'bare byte scanner';
export const PANDAS = "rival: pandas and the paper's CNN in PyTorch";

/** Everything that is timed on an input, ours and others'. */
export function listPrograms(input: BenchInput): Program[] {
  return [
    ...Object.keys(OWN_STAGES).map((stage) => ({
      stage,
      commands: [process.execPath],
      args: [RUN_STAGE, stage, JSON.stringify(input)],
    })),
    {
      stage: 'whole: the command line, from its start to its end',
      commands: [process.execPath],
      args: [COMMAND_LINE, 'classify', input.csv, '-o', mapBeside(input), '--overwrite'],
      parse: (_: string, seconds: number) => ({ seconds, points: input.points }),
    },
    {
      stage: 'rival: wc -l',
      commands: ['wc'],
      args: ['-l', input.csv],
      parse: (_: string, seconds: number) => ({ seconds, points: input.points }),
    },
    peer(PANDAS, 'speed_pandas_torch.py', input),
    peer('rival: DuckDB reads the CSV', 'speed_duckdb.py', input),
    { ...peer('rival: ruptures, a break a point', 'speed_ruptures.py', input), mostRuns: 1 },
  ];
}

/** Rivals hold a whole file in memory: where that does not suffice (pandas: 13 GB for a million points), they are absent. */
function peer(stage: string, script: string, input: BenchInput): Program {
  const { GROUNDTREND_PYTHON = `python3${delimiter}/usr/bin/python3` } = process.env;
  return {
    stage,
    commands: GROUNDTREND_PYTHON.split(delimiter),
    args: [fileURLToPath(new URL(script, PEERS)), input.csv],
  };
}
