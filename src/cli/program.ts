import { Command } from 'commander';
import { addAreasCommand } from './commands/areas.js';
import { addClassifyCommand } from './commands/classify.js';
import { addCompareCommand } from './commands/compare.js';
import { addConvertCommand } from './commands/convert.js';
import { addDecomposeCommand } from './commands/decompose.js';
import { addDemoCommand } from './commands/demo.js';
import { addDescribeCommand } from './commands/describe.js';
import { addEvaluateCommand } from './commands/evaluate.js';
import { addExploreCommand } from './commands/explore.js';
import { addExportModelCommand } from './commands/export-model.js';
import { addFetchCommand } from './commands/fetch.js';
import { addInspectCommand } from './commands/inspect.js';
import { addReportCommand } from './commands/report.js';
import { addShardCommand } from './commands/shard.js';
import { addSimulateCommand } from './commands/simulate.js';
import { addStatsCommand } from './commands/stats.js';
import { addTrainCommand } from './commands/train.js';
import { addTuneCommand } from './commands/tune.js';
import { packageVersion } from './package-version.js';

/** The command line: every command, each in a file of its own. */
export const program = new Command('groundtrend')
  .description('Tells, for every point of a radar ground-motion map, how it moves.')
  .version(packageVersion())
  .showHelpAfterError('(groundtrend --help lists the commands; every command has its own --help)')
  .exitOverride();

addClassifyCommand(program);
addAreasCommand(program);
addDecomposeCommand(program);
addDescribeCommand(program);
addEvaluateCommand(program);
addExportModelCommand(program);
addFetchCommand(program);
addInspectCommand(program);
addConvertCommand(program);
addStatsCommand(program);
addCompareCommand(program);
addSimulateCommand(program);
addTrainCommand(program);
addTuneCommand(program);
addShardCommand(program);
addDemoCommand(program);
addExploreCommand(program);
addReportCommand(program);
