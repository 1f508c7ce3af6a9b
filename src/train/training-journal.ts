import { z } from 'zod';
import { GroundTrendError } from '../errors.js';
import type { TrainingHooks } from './training-loop.js';

/** What a step needs to be interrupted and gone on with: it saves its own state, and is given it back. */
export type StepHooks = Pick<TrainingHooks, 'saveState' | 'resumeFrom'>;

/** A training of several steps, each of which gives some numbers. */
export interface TrainingJournal {
  /** What the step gave before it was interrupted, or what `run` gives now. Names are used once each. */
  step(name: string, run: (hooks: StepHooks) => Promise<Float32Array>): Promise<Float32Array>;
}

interface Entry {
  readonly name: string;
  readonly result: Float32Array;
}

interface Unfinished {
  readonly name: string;
  readonly state: Uint8Array;
}

/**
 * Keeps what finished steps gave, and the state of the one that is under way, in bytes that are renewed after each and
 * with every state that a step saves. With the same plan and `saved` bytes everything goes on where it stopped.
 *
 * @param plan says what is being trained, on what and how
 * @throws `input` for bytes of another plan, or damaged ones
 */
export function createTrainingJournal(
  plan: string,
  saved: Uint8Array | undefined,
  save: (bytes: Uint8Array) => void | Promise<void>,
): TrainingJournal {
  const { finished, unfinished } =
    saved === undefined ? { finished: [], unfinished: undefined } : readSaved(saved, plan);
  return {
    async step(name, run) {
      const known = finished.find((entry) => entry.name === name);
      if (known !== undefined) return known.result;
      const result = await run({
        resumeFrom: unfinished?.name === name ? unfinished.state : undefined,
        saveState: (state) => save(encodeJournal(plan, finished, { name, state })),
      });
      finished.push({ name, result });
      await save(encodeJournal(plan, finished, undefined));
      return result;
    },
  };
}

const MAGIC = 'GTSTEPS1';
const HEADER_START = 12;

const headerSchema = z.object({
  plan: z.string(),
  finished: z.array(z.object({ name: z.string(), numbers: z.number() })),
  unfinished: z.object({ name: z.string(), bytes: z.number() }).optional(),
});

type Header = z.infer<typeof headerSchema>;

/**
 * Eight letters, the header's length (uint32, little-endian), header (JSON), results (float32), state of the unfinished
 * step.
 */
function encodeJournal(
  plan: string,
  finished: readonly Entry[],
  unfinished: Unfinished | undefined,
): Uint8Array {
  const header: Header = {
    plan,
    finished: finished.map(({ name, result }) => ({ name, numbers: result.length })),
    unfinished: unfinished && { name: unfinished.name, bytes: unfinished.state.length },
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const parts = finished.map(
    ({ result }) => new Uint8Array(result.buffer, result.byteOffset, result.byteLength),
  );
  if (unfinished !== undefined) parts.push(unfinished.state);
  const start = HEADER_START + text.length;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, start));
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true);
  bytes.set(text, HEADER_START);
  let offset = start;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function readSaved(bytes: Uint8Array, plan: string): { finished: Entry[]; unfinished?: Unfinished } {
  const isJournal = new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) === MAGIC;
  if (!isJournal || bytes.length < HEADER_START) {
    throw new GroundTrendError('input', 'This is no saved training of this kind.', {
      advice: 'Give the same command as before, or start anew.',
    });
  }
  const start = HEADER_START + new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const header = readHeader(bytes.subarray(HEADER_START, start));
  const sizes = header?.finished.map(({ numbers }) => numbers * Float32Array.BYTES_PER_ELEMENT) ?? [];
  const length = sizes.reduce((sum, size) => sum + size, start + (header?.unfinished?.bytes ?? 0));
  if (header === undefined || length !== bytes.length) {
    throw new GroundTrendError('input', 'The saved training is damaged.', { advice: 'Start anew.' });
  }
  if (header.plan !== plan) {
    throw new GroundTrendError(
      'input',
      'The saved training is of another network, other samples or other options.',
      { advice: 'Give the same ones as before, or start anew.' },
    );
  }
  let offset = start;
  const take = (size: number) => {
    offset += size;
    return bytes.slice(offset - size, offset);
  };
  const finished = header.finished.map(({ name }, i) => ({
    name,
    result: new Float32Array(take(sizes[i]).buffer),
  }));
  const { unfinished } = header;
  return { finished, unfinished: unfinished && { name: unfinished.name, state: take(unfinished.bytes) } };
}

function readHeader(text: Uint8Array): Header | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(new TextDecoder().decode(text))).data;
  } catch {
    return undefined;
  }
}
