import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { readWaits, watchSilence } from '../../bench/soak/silence.js';

/** The compiled child, whether this file is compiled itself or run by the tests; `npm test` builds it first. */
const CHILD = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/test/fuzz/fuzz-child.js' : './fuzz-child.js',
    import.meta.url,
  ),
);
const HEAP_MB = 256;
const SECONDS_TO_GET_READY = 60;
/** Libraries outside of JavaScript keep what damaged files made them take. */
const INPUTS_A_PROCESS = 1000;

export interface Finding {
  readonly target: string;
  readonly index: number;
  readonly what: string;
}

export interface TargetResult {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

export interface CampaignOptions {
  readonly seed: number;
  /** An input that takes longer hangs; time in line for a processor is not held against it. */
  readonly secondsAnInput?: number;
  /** Memory of a process, all of it. */
  readonly mostMemoryMb?: number;
  readonly mostFindings?: number;
}

/** Tries the inputs `from` to `to` of one target. A process that died or was killed is replaced and goes on after. */
export async function runTarget(
  target: string,
  from: number,
  to: number,
  { seed, secondsAnInput = 10, mostMemoryMb = 900, mostFindings = 20 }: CampaignOptions,
): Promise<TargetResult> {
  const started = performance.now();
  const counts = { accepted: 0, refused: 0 };
  const findings: Finding[] = [];
  let next = from;
  while (next < to && findings.length < mostFindings) {
    const end = Math.min(to, next + INPUTS_A_PROCESS);
    const args = [target, seed, next, end, mostMemoryMb].map(String);
    const result = await runProcess(args, secondsAnInput, (outcome) => counts[outcome]++);
    findings.push(...result.findings.map(({ index, what }) => ({ target, index, what })));
    next = result.next ?? end;
  }
  const seconds = (performance.now() - started) / 1000;
  return { target, inputs: Math.min(next, to) - from, ...counts, seconds, findings };
}

interface Message {
  readonly began?: number;
  readonly index?: number;
  readonly outcome?: 'accepted' | 'refused';
  readonly finding?: string;
  readonly done?: boolean;
}

function runProcess(
  args: readonly string[],
  secondsAnInput: number,
  count: (outcome: 'accepted' | 'refused') => void,
): Promise<{ findings: { index: number; what: string }[]; next: number | undefined }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, CHILD, ...args], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    const findings: { index: number; what: string }[] = [];
    let current: number | undefined;
    let last = Number(args[2]) - 1;
    let isDone = false;
    let isHanging = false;
    let stderr = '';
    const now = () => performance.now() / 1000;
    const waits = () => readWaits([child.pid ?? 0]);
    // What a target needs to get ready is not an input's time.
    let watch = watchSilence(SECONDS_TO_GET_READY, now(), waits());
    const timer = setInterval(() => {
      if (!watch.look(now(), waits()).isHanging) return;
      isHanging = true;
      child.kill('SIGKILL');
    }, 500);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2000);
    });
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      const message = JSON.parse(line) as Message;
      if (message.began !== undefined) {
        current = message.began;
        watch = watchSilence(secondsAnInput, now(), waits());
      }
      if (message.outcome !== undefined) count(message.outcome);
      if (message.finding !== undefined) findings.push({ index: message.index!, what: message.finding });
      if (message.index !== undefined) last = message.index;
      if (message.done) isDone = true;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearInterval(timer);
      if (isDone) return resolve({ findings, next: last + 1 });
      if (current === undefined) {
        const how = isHanging
          ? `not ready within ${SECONDS_TO_GET_READY} s`
          : `ended with ${signal ?? status}`;
        return reject(new Error(`The process of ${args[0]} did not start: ${how}. ${stderr}`));
      }
      const why = isHanging
        ? `hangs: no end within ${secondsAnInput} s`
        : `ended the process (${signal ?? status}): ${stderr}`;
      resolve({ findings: [...findings, { index: current, what: why }], next: current + 1 });
    });
  });
}
