import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export const HAS_SLURM = [
  '/usr/sbin/slurmctld',
  '/usr/sbin/slurmd',
  '/usr/sbin/munged',
  '/usr/bin/sbatch',
].every((path) => existsSync(path));

/** A real Slurm on this machine: all of its state in one folder, nothing of the system's touched. */
export interface SlurmCluster {
  /** For programs that are to find this cluster. */
  readonly environment: NodeJS.ProcessEnv;
  run(command: string, ...options: string[]): Promise<string>;
  /** Ends a node as a power cut would: its daemon, and all that runs on it. */
  killNode(number: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts munge, a controller and so many nodes of one core; waits until all nodes are idle. */
export async function startSlurm(folder: string, nodes: number): Promise<SlurmCluster> {
  for (const name of ['munge', 'state', 'log', 'pid']) await mkdir(join(folder, name), { mode: 0o755 });
  for (let i = 1; i <= nodes; i++) await mkdir(join(folder, 'spool', `n${i}`), { recursive: true });
  const socket = join(folder, 'munge', 'munge.sock');
  const config = join(folder, 'slurm.conf');
  await writeFile(join(folder, 'munge', 'munge.key'), randomBytes(128), { mode: 0o400 });
  await writeFile(config, describeCluster(folder, await findFreePorts(nodes + 1), socket));
  const environment = { ...process.env, SLURM_CONF: config };
  const daemons: ChildProcess[] = [];

  function start(command: string, options: string[]): ChildProcess {
    const log = openSync(join(folder, 'log', `${command.split('/').pop()}-${daemons.length}.out`), 'a');
    const child = spawn(command, options, { env: environment, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    daemons.push(child);
    return child;
  }

  async function run(command: string, ...options: string[]): Promise<string> {
    return (await execute(command, options, { env: environment })).stdout;
  }

  async function stop(): Promise<void> {
    await run('scancel', '--me').catch(() => {});
    const [munge, ...others] = daemons;
    await Promise.all(others.map(endProcess));
    if (munge !== undefined) await endProcess(munge);
  }

  try {
    start('/usr/sbin/munged', [
      '-F',
      `--socket=${socket}`,
      `--key-file=${join(folder, 'munge', 'munge.key')}`,
      `--pid-file=${join(folder, 'munge', 'munged.pid')}`,
      `--seed-file=${join(folder, 'munge', 'munged.seed')}`,
    ]);
    await waitFor('munge', () => run('munge', '-n', '-S', socket).then(() => true));
    start('/usr/sbin/slurmctld', ['-D', '-f', config]);
    await waitFor('the controller', async () => (await run('scontrol', 'ping')).includes('UP'));
    const slurmds = Array.from({ length: nodes }, (_, i) =>
      start('/usr/sbin/slurmd', ['-D', '-N', `n${i + 1}`, '-f', config]),
    );
    await waitFor('the nodes', async () => {
      const idle = await run('sinfo', '-h', '-N', '-t', 'idle', '-o', '%N');
      return idle.trim().split('\n').length === nodes;
    });
    return {
      environment,
      run,
      stop,
      async killNode(number) {
        const slurmd = slurmds[number - 1];
        slurmd.kill('SIGKILL');
        for (const pid of await listNodeProcesses(`n${number}`, config)) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch {
            // It ended by itself meanwhile.
          }
        }
        await run('scontrol', 'update', `NodeName=n${number}`, 'State=DOWN', 'Reason=test');
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Processes that this cluster runs on a node, known by the environment that Slurm gives them; their watchers, which
 * would report how they ended, come first.
 */
async function listNodeProcesses(node: string, config: string): Promise<number[]> {
  const watchers = new Set<number>();
  const tasks: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const variables = (await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '')).split('\0');
    if (!variables.includes(`SLURMD_NODENAME=${node}`) || !variables.includes(`SLURM_CONF=${config}`))
      continue;
    tasks.push(Number(name));
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const parent = /^PPid:\s*(\d+)/m.exec(status)?.[1];
    const parentName = await readFile(`/proc/${parent}/comm`, 'utf8').catch(() => '');
    if (parentName.startsWith('slurmstepd')) watchers.add(Number(parent));
  }
  return [...watchers, ...tasks];
}

export async function waitFor(what: string, check: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await check().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Waited ${seconds} s for ${what} in vain.`);
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

async function findFreePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function describeCluster(folder: string, [controllerPort, ...ports]: number[], socket: string): string {
  const host = hostname().split('.')[0];
  const user = userInfo().username;
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=cred_expire=5,socket=${socket}
SlurmctldPort=${controllerPort}
SlurmctldPidFile=${folder}/pid/slurmctld.pid
SlurmdPidFile=${folder}/pid/slurmd-%n.pid
SlurmctldLogFile=${folder}/log/slurmctld.log
SlurmdLogFile=${folder}/log/slurmd-%n.log
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,batch_sched_delay=0,sched_min_interval=0,bf_interval=2
ReturnToService=2
SlurmdTimeout=10
SlurmctldTimeout=10
MessageTimeout=10
KillWait=2
InactiveLimit=0
JobRequeue=1
SlurmdParameters=config_overrides
${ports.map((port, i) => `NodeName=n${i + 1} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=1 RealMemory=8000 State=UNKNOWN`).join('\n')}
PartitionName=main Nodes=n[1-${ports.length}] Default=YES MaxTime=INFINITE State=UP
`;
}
