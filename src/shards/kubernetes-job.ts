import { GroundTrendError } from '../errors.js';
import type { Job } from './manifest.js';
import { EXIT_DO_NOT_RETRY } from './retry-advice.js';

/** Where the shared volume appears in the containers. */
const MOUNT_PATH = '/data';
/** Status of a wrong option. */
const EXIT_USAGE = 2;

export interface KubernetesRequest {
  /** Name of the Job, a DNS label; the merge's is this with `-merge`. */
  readonly name: string;
  /** Container image with `groundtrend` as its entry point. */
  readonly image: string;
  /** Name of a claim on a volume that all nodes can write (ReadWriteMany). */
  readonly claim: string;
  /** The job's folder on that volume, relative to its root. */
  readonly folder: string;
  /** Outputs of the merge on that volume, relative to its root. */
  readonly outputs: readonly string[];
  readonly parallelism: number;
  readonly cpus: number;
  /** As Kubernetes takes it: `2Gi`. */
  readonly memory: string;
  /** How often a shard is tried again before its index counts as failed. */
  readonly retries: number;
}

/** The part of a Kubernetes `batch/v1` Job that is written here. */
export interface KubernetesJob {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * An Indexed Job with one completion a shard: a failed index is tried again on its own, at once given up where the
 * status says that another attempt cannot help, and not counted against where the node was taken away.
 *
 * Shards that are done leave at once, so the same Job, started anew, runs only what is missing.
 */
export function describeShardsJob(job: Job, request: KubernetesRequest): KubernetesJob {
  const shards = job.manifest.shards.length;
  checkName(request.name);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: request.name, labels: labelsOf(request) },
    spec: {
      completions: shards,
      parallelism: Math.min(request.parallelism, shards),
      completionMode: 'Indexed',
      backoffLimitPerIndex: request.retries,
      // The other shards go on: what has failed is run again with the next Job.
      maxFailedIndexes: shards,
      // Two attempts at once do no harm, but cost twice.
      podReplacementPolicy: 'Failed',
      podFailurePolicy: {
        rules: [
          {
            action: 'FailIndex',
            onExitCodes: {
              containerName: 'shard',
              operator: 'In',
              values: [EXIT_USAGE, EXIT_DO_NOT_RETRY],
            },
          },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template: podTemplate(request, 'shard', [
        'shard',
        'run',
        inVolume(request.folder),
        '--threads',
        String(Math.max(1, Math.floor(request.cpus))),
      ]),
    },
  };
}

/** The Job that merges, to be started once the shards' is complete. */
export function describeMergeJob(request: KubernetesRequest): KubernetesJob {
  checkName(request.name);
  const outputs = request.outputs.flatMap((path) => ['-o', inVolume(path)]);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${request.name}-merge`, labels: labelsOf(request) },
    spec: {
      backoffLimit: request.retries,
      template: podTemplate(request, 'merge', [
        'shard',
        'merge',
        inVolume(request.folder),
        ...outputs,
        '--overwrite',
      ]),
    },
  };
}

function podTemplate(request: KubernetesRequest, container: string, args: readonly string[]): object {
  const { image, claim, cpus, memory } = request;
  const resources = { cpu: String(cpus), memory };
  return {
    metadata: { labels: labelsOf(request) },
    spec: {
      // The only policy that goes with a back-off for every index.
      restartPolicy: 'Never',
      containers: [
        {
          name: container,
          image,
          args,
          resources: { requests: resources, limits: { memory } },
          volumeMounts: [{ name: 'data', mountPath: MOUNT_PATH }],
        },
      ],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }],
    },
  };
}

function labelsOf({ name }: KubernetesRequest): Record<string, string> {
  return { 'app.kubernetes.io/name': 'groundtrend', 'app.kubernetes.io/instance': name };
}

function inVolume(path: string): string {
  return `${MOUNT_PATH}/${path.replace(/^(\.?\/)+/, '')}`;
}

function checkName(name: string): void {
  if (/^[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?$/.test(name)) return;
  throw new GroundTrendError('usage', `Kubernetes takes no name like ${JSON.stringify(name)}.`, {
    advice: 'Use at most 57 lower-case letters, digits and hyphens.',
  });
}
