import { describe, expect, it } from 'vitest';
import type { Dataset } from '../series/dataset.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { parseLabelFile } from './label-file.js';
import { collectReferenceSamples, NO_LABEL } from './reference-samples.js';

const axis = createEpochAxis([0, 12, 24]);

function fakeDataset(name: string, pids: readonly string[], labels?: readonly string[]): Dataset {
  const displacements = Float32Array.from({ length: 3 * pids.length }, (_, i) => i);
  pids.forEach((pid, index) => {
    if (pid === 'empty') displacements.fill(Number.NaN, 3 * index, 3 * index + 3);
  });
  return {
    name,
    format: 'test',
    axis,
    fields: labels === undefined ? [] : [{ name: 'trend', kind: 'text' }],
    totalBytes: undefined,
    report: { rowsRead: 0, skipped: [], warnings: [] },
    async *batches() {
      yield {
        axis,
        count: pids.length,
        pids,
        longitude: new Float64Array(pids.length),
        latitude: new Float64Array(pids.length),
        displacements,
        attributes: labels === undefined ? [] : [{ name: 'trend', kind: 'text', values: labels }],
      };
    },
  };
}

const fromText = (text: string) => ({ kind: 'table', table: parseLabelFile(text, 'labels.csv') }) as const;
const five = { classes: TREND_CLASSES };

describe('reference samples', () => {
  it('joins labels by name or code, in any case and order', async () => {
    const samples = await collectReferenceSamples(
      [fakeDataset('a.csv', ['p', 'q', 'r'])],
      fromText('note,label,pid,annotator\nx,stable,r,Ann\ny,4,p,Ben\n'),
      five,
    );
    expect(samples.stacks[0].pids).toEqual(['p', 'r']);
    expect([...samples.stacks[0].labels]).toEqual([4, 0]);
    expect([...samples.stacks[0].displacements]).toEqual([0, 1, 2, 6, 7, 8]);
    expect(samples.counts).toEqual([1, 0, 0, 0, 1]);
    expect(samples.annotators).toEqual(['Ann', 'Ben']);
    expect(samples.warnings).toEqual(['class Stable has 1 series only', 'class PUE has 1 series only']);
  });

  it('counts and names what it leaves out', async () => {
    const { problems, stacks } = await collectReferenceSamples(
      [fakeDataset('a.csv', ['p', 'q', 'r', 's', 'empty'])],
      fromText('pid;label\np;Stable\np;Linear\nq;PUE\nq;PUE\nr;Wobbly\nghost;Stable\ns;Stable\nempty;PUE\n'),
      five,
    );
    expect(stacks[0].pids).toEqual(['q', 's']);
    expect(Object.fromEntries(problems.map(({ reason, count }) => [reason, count]))).toEqual({
      'contradicting labels for one series': 1,
      'the same label twice': 1,
      'label without a series': 1,
      'unknown label': 1,
      'series without any displacement': 1,
    });
    expect(problems[0].examples[0]).toBe('p (labels.csv: Stable in line 2, Linear in line 3)');
  });

  it('keeps files apart where the labels name them', async () => {
    const { stacks } = await collectReferenceSamples(
      [fakeDataset('/data/one.zip/one.csv', ['p']), fakeDataset('two.csv', ['p'])],
      fromText('file,pid,label_1,label_2\negms/one.zip,p,Stable,Linear\nother/two.csv,p,PUE,\n'),
      five,
    );
    expect(stacks.map(({ name, labels }) => [name, labels[0]])).toEqual([
      ['/data/one.zip/one.csv', 0],
      ['two.csv', 4],
    ]);
    expect(stacks[0].second?.[0]).toBe(1);
    expect(stacks[1].second?.[0] ?? NO_LABEL).toBe(NO_LABEL);
  });

  it('leaves out a label that names no file where its pid stands in several', async () => {
    const { stacks, problems } = await collectReferenceSamples(
      [fakeDataset('one.csv', ['1', '2']), fakeDataset('two.csv', ['1', '3'])],
      fromText('pid,label\n1,Stable\n2,Linear\n3,PUE\n'),
      five,
    );
    expect(stacks.map(({ pids }) => pids)).toEqual([['2'], ['3']]);
    expect(problems).toMatchObject([{ count: 1, examples: ['1 (labels.csv line 2)'] }]);
  });

  it('finds one class whatever its case, and none in empty cells', async () => {
    const samples = await collectReferenceSamples(
      [fakeDataset('a.csv', ['p', 'q', 'r', 's'])],
      fromText('pid,label\np,creep\nq,Slide\nr,\ns,slide\n'),
      { classes: 'found' },
    );
    expect(samples.classes).toEqual(['Slide', 'creep']);
    expect(samples.counts).toEqual([2, 1]);
    expect(samples.problems).toMatchObject([{ reason: 'unknown label', examples: ['"" of r'] }]);
  });

  it('hands on what the reader of a file has to say', async () => {
    const dataset: Dataset = {
      ...fakeDataset('a.csv', ['p', 'q']),
      report: {
        rowsRead: 2,
        skipped: [{ reason: 'no pid', count: 3, examples: [] }],
        warnings: ['is the unit m?'],
      },
    };
    const { warnings } = await collectReferenceSamples([dataset], fromText('pid,label\np,0\nq,1\n'), five);
    expect(warnings.slice(0, 2)).toEqual(['a.csv: left out 3 rows, no pid', 'a.csv: is the unit m?']);
  });

  it('says that a column without labels belongs to no series', async () => {
    await expect(
      collectReferenceSamples(
        [fakeDataset('a.csv', ['p', 'q'], ['', ''])],
        { kind: 'column', column: 'trend' },
        { classes: 'found' },
      ),
    ).rejects.toThrow('a.csv: No label belongs to a series here.');
  });

  it('takes any names, from a column too', async () => {
    const samples = await collectReferenceSamples(
      [fakeDataset('a.csv', ['p', 'q', 'r'], ['slide', 'creep', ''])],
      { kind: 'column', column: 'trend' },
      { classes: 'found' },
    );
    expect(samples.classes).toEqual(['creep', 'slide']);
    expect([...samples.stacks[0].labels]).toEqual([1, 0]);
  });

  it('refuses labels that match nothing, one class only, too many classes, and files without labels', async () => {
    const dataset = fakeDataset('a.csv', ['p', 'q']);
    const collect = (text: string, classes: readonly string[] | 'found' = TREND_CLASSES) =>
      collectReferenceSamples([dataset], fromText(text), { classes });
    await expect(collect('pid,label\nx,Stable\n')).rejects.toThrow(
      /No label belongs to a series[\s\S]*1 x label without/,
    );
    await expect(collect('pid,label\np,Stable\nq,0\n')).rejects.toThrow(/All labelled series are Stable/);
    await expect(collect('pid,label\np,A\nq,A\n', 'found')).rejects.toThrow(
      /2 to 20 different classes, not 1/,
    );
    await expect(
      collect(
        'pid,label\np,A\n',
        Array.from({ length: 21 }, (_, i) => `c${i}`),
      ),
    ).rejects.toThrow(/not 21/);
    await expect(
      collectReferenceSamples([dataset], { kind: 'column', column: 'trend' }, five),
    ).rejects.toThrow(/no column trend/);
    expect(() => parseLabelFile('point,colour\n', 'l.csv')).toThrow(/needs a column label[\s\S]*colour/);
    expect(() => parseLabelFile('', 'l.csv')).toThrow(/needs a column pid/);
    expect(() => parseLabelFile('pid,label\np\n', 'l.csv')).toThrow(/l.csv, line 2/);
    expect(() => parseLabelFile('pid,label\n', 'l.csv', { second: 'b' })).toThrow(/no column b/);
  });
});
