import { basename } from 'node:path';
import { takeRows } from '../series/matrix-rows.js';
import type { CommitteeTraining } from '../train/committee.js';
import { type FileUnits, openSources } from '../train/load-readings.node.js';
import { SIEVE_RULE } from '../train/recipes.js';
import {
  askTeacher,
  judgeSieve,
  type SieveSamples,
  type SieveYield,
  shapeSieve,
  teachSieve,
} from '../train/sieve.js';
import { measureSource } from '../train/sieve-source.js';
import type { WideNetwork } from '../train/wide-model.js';
import type { WideSamples } from '../train/wide-samples.js';
import { formatCount } from './numbers.js';
import { formatTable } from './table.js';

export interface SieveRequest {
  /** Real files. */
  readonly sources: readonly string[];
  readonly fileUnits: FileUnits;
  /** Judge sieves that were taught without one of the files. */
  readonly crossValidate: boolean;
  readonly seed: string;
}

/**
 * Teaches the sieve of a network on the simulated series of its own training and on all series of the real files, and says in
 * `lines` what it decides and what it gives up: on simulated series that neither has been taught, and, where asked for, on
 * each real file by a sieve that was taught without it.
 *
 * @param draw gives the simulated series of the training again, as a sieve measures them
 */
export async function trainSieve(
  { runtime, prepared, options, journal, signal }: CommitteeTraining,
  teacher: WideNetwork,
  temperature: number,
  { sources, fileUnits, crossValidate, seed }: SieveRequest,
  { draw, lines }: { readonly draw: () => Promise<WideSamples>; readonly lines: string[] },
): Promise<WideNetwork> {
  const simulated = await draw();
  const answers = await askTeacher(runtime, teacher, temperature, prepared.samples.inputs.features);
  const rowsOf = (rows: Int32Array): SieveSamples => {
    const take = (values: Float32Array) => takeRows(values, values.length / simulated.count, rows);
    return {
      count: rows.length,
      features: take(simulated.features),
      answers: Object.fromEntries(Object.entries(answers).map(([name, values]) => [name, take(values)])),
    };
  };
  const taught = rowsOf(prepared.split.training);
  const untaught = shapeSieve(teacher, simulated.names, taught.features);
  const files: { readonly name: string; readonly samples: SieveSamples }[] = [];
  for (const dataset of await openSources(sources, fileUnits)) {
    const samples = await measureSource(runtime, teacher, temperature, dataset, options);
    if (samples.count > 0) files.push({ name: dataset.name, samples });
  }
  const teach = async (name: string, real: typeof files) => {
    process.stderr.write(`teaching the ${name}\n`);
    const parameters = await journal.step(name, async (kept) => {
      const hooks = { ...kept, signal };
      const samples = real.map((file) => file.samples);
      return (await teachSieve(runtime, untaught, taught, samples, seed, hooks)).parameters;
    });
    return { ...untaught, parameters };
  };
  const sieve = await teach('sieve', files);
  const yields: [string, SieveYield][] = [];
  yields.push(['simulated, not taught', await judgeSieve(runtime, sieve, rowsOf(prepared.split.test))]);
  if (crossValidate) {
    for (const file of files) {
      const without = await teach(
        `sieve without ${file.name}`,
        files.filter((other) => other !== file),
      );
      yields.push([basename(file.name), await judgeSieve(runtime, without, file.samples)]);
    }
  }
  lines.push(formatYields(yields), '');
  return sieve;
}

function formatYields(yields: readonly (readonly [string, SieveYield])[]): string {
  const { decides, leastProbability } = SIEVE_RULE;
  const rows = yields.map(([name, { series, decided, otherwise }]) => [
    name,
    formatCount(series),
    `${((100 * decided) / series).toFixed(1)} %`,
    `${otherwise}`,
    decided === 0 ? '' : `${((100 * otherwise) / decided).toFixed(2)} %`,
  ]);
  const table = formatTable(
    [
      { title: 'series' },
      { title: 'number', align: 'right' },
      { title: 'decided', align: 'right' },
      { title: 'otherwise', align: 'right' },
      { title: 'of decided', align: 'right' },
    ],
    rows,
  );
  return `the sieve, which decides what it finds ${decides.join(', ')} with at least ${leastProbability}; otherwise:
where the network would have said another class; real files by sieves taught without them:

${table}`;
}
