import { Job as PublishedJob } from 'kubernetes-models/batch/v1/Job';
import { describe, expect, it } from 'vitest';
import { GroundTrendError } from '../errors.js';
import { formatIndexes } from './job-status.js';
import { describeMergeJob, describeShardsJob } from './kubernetes-job.js';
import type { Job } from './manifest.js';
import { EXIT_DO_NOT_RETRY, EXIT_RETRY, exitStatusFor } from './retry-advice.js';
import { quoteShell } from './shell-text.js';
import { writeArrayScript, writeMergeScript } from './slurm-job.js';

// biome-ignore lint/suspicious/noExplicitAny: read as whoever gets the JSON reads it
type Tree = Record<string, any>;

const job = {
  folder: '/jobs/it is',
  hash: '',
  manifest: { shards: new Array(40).fill({}) },
} as unknown as Job;

describe('exitStatusFor', () => {
  it('says "again" of troubles that pass and "not" of bad input', () => {
    const stale = Object.assign(new Error('stale'), { code: 'ESTALE' });
    expect(exitStatusFor(new GroundTrendError('input', 'x', { cause: stale }))).toBe(EXIT_RETRY);
    expect(exitStatusFor(new GroundTrendError('output', 'disk full'))).toBe(EXIT_RETRY);
    expect(exitStatusFor(new GroundTrendError('cancelled', 'stopped'))).toBe(EXIT_RETRY);
    expect(exitStatusFor(new GroundTrendError('input', 'x'))).toBe(EXIT_DO_NOT_RETRY);
    expect(exitStatusFor(new GroundTrendError('model', 'x'))).toBe(EXIT_DO_NOT_RETRY);
    expect(exitStatusFor(new TypeError('a bug'))).toBe(EXIT_DO_NOT_RETRY);
  });
});

describe('formatIndexes', () => {
  it('writes runs as Slurm does', () => {
    expect(formatIndexes([0, 1, 2, 5, 7, 8])).toBe('0-2,5,7-8');
    expect(formatIndexes([])).toBe('');
  });
});

describe('the Slurm scripts', () => {
  const request = {
    command: ['node', '/opt/ground trend/main.js'],
    outputs: ['/maps/it.parquet'],
    overwrite: true,
    throttle: 4,
    cpusPerTask: 2,
    memory: '3G',
    time: '01:00:00',
    retries: 5,
    dryRun: true,
  };

  it('quote what a shell would take apart and hold every limit', () => {
    const script = writeArrayScript(job, request, 40);
    expect(script).toContain(
      "node '/opt/ground trend/main.js' shard run '/jobs/it is' --every 40 --threads 2",
    );
    for (const directive of [
      '--cpus-per-task=2',
      '--mem=3G',
      '--time=01:00:00',
      '--requeue',
      '--open-mode=append',
    ]) {
      expect(script).toContain(`#SBATCH ${directive}\n`);
    }
    expect(script).toContain('-lt 5 ]');
    expect(writeMergeScript(job, request)).toContain(
      "shard merge '/jobs/it is' -o /maps/it.parquet --overwrite",
    );
    expect(quoteShell("it's")).toBe("'it'\\''s'");
  });
});

describe('the Kubernetes Jobs', () => {
  const request = {
    name: 'italy',
    image: 'groundtrend:1',
    claim: 'shared',
    folder: './egms/job',
    outputs: ['/egms/italy.parquet'],
    parallelism: 100,
    cpus: 1.5,
    memory: '2Gi',
    retries: 2,
  };

  it('are valid by the schema that Kubernetes publishes, which misses nothing of theirs', () => {
    const described = [describeShardsJob(job, request), describeMergeJob(request)];
    for (const one of described)
      expect(() => new PublishedJob(one as Tree as PublishedJob).validate()).not.toThrow();
    const { spec } = described[0];
    for (const wrong of [
      { completions: '40' },
      { completionMode: 'indexed' },
      { podFailurePolicy: { rules: [{}] } },
    ]) {
      const spoiled = { ...described[0], spec: { ...spec, ...wrong } };
      expect(() => new PublishedJob(spoiled as Tree as PublishedJob).validate()).toThrow();
    }
  });

  // What the API server asks of a Job beyond the types of its fields (batch/v1, JobSpec and PodFailurePolicy).
  it('keep the rules of batch/v1', () => {
    const { apiVersion, kind, spec } = describeShardsJob(job, request) as Tree;
    expect([apiVersion, kind]).toEqual(['batch/v1', 'Job']);
    expect(spec.completions).toBe(40);
    expect(spec.parallelism).toBe(40);
    // An index of its own, and a back-off for each, need Indexed and pods that are never restarted in place.
    expect(spec.completionMode).toBe('Indexed');
    expect(spec.backoffLimitPerIndex).toBe(2);
    expect(spec.maxFailedIndexes).toBeLessThanOrEqual(spec.completions);
    expect(spec.template.spec.restartPolicy).toBe('Never');
    // With a failure policy pods may be replaced only once they have failed.
    expect(spec.podReplacementPolicy).toBe('Failed');
    const [exitRule, disruption] = spec.podFailurePolicy.rules;
    const [container] = spec.template.spec.containers;
    expect(exitRule.action).toBe('FailIndex');
    expect(exitRule.onExitCodes.containerName).toBe(container.name);
    expect(exitRule.onExitCodes.values).toEqual([2, EXIT_DO_NOT_RETRY]);
    // Values of the operator In: sorted, without repeats, and not 0.
    expect(exitRule.onExitCodes.values.includes(EXIT_RETRY)).toBe(false);
    expect(disruption).toEqual({
      action: 'Ignore',
      onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
    });
    expect(container.args).toEqual(['shard', 'run', '/data/egms/job', '--threads', '1']);
    expect(container.volumeMounts[0].name).toBe(spec.template.spec.volumes[0].name);
    expect(spec.template.spec.volumes[0].persistentVolumeClaim).toEqual({ claimName: 'shared' });
  });

  it('merge into the same volume', () => {
    const { metadata, spec } = describeMergeJob(request) as Tree;
    expect(metadata.name).toBe('italy-merge');
    expect(spec.template.spec.containers[0].args).toEqual([
      'shard',
      'merge',
      '/data/egms/job',
      '-o',
      '/data/egms/italy.parquet',
      '--overwrite',
    ]);
  });

  it('refuse names that Kubernetes would', () => {
    for (const name of ['Italy', 'it_aly', '-it', 'x'.repeat(58), '']) {
      expect(() => describeShardsJob(job, { ...request, name })).toThrow(GroundTrendError);
    }
  });
});
