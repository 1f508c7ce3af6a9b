import { GroundTrendError } from '../errors.js';

/** What one epoch did. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  /** Share of right answers on the validation samples, by head. */
  readonly validationAccuracy: Readonly<Record<string, number>>;
}

/** The epoch whose parameters did best on validation. */
export interface BestEpoch {
  readonly epoch: number;
  readonly score: number;
  readonly parameters: Float32Array;
}

/**
 * A training between two epochs: with the samples and options it fixes everything that follows, to the byte. Random
 * numbers need no state of their own, since every epoch has its own streams.
 */
export interface TrainingState {
  /** Says what is being trained and how; a state resumes only a training of the same plan. */
  readonly plan: string;
  readonly epoch: number;
  readonly step: number;
  readonly parameters: Float32Array;
  readonly slots: Readonly<Record<string, Float32Array>>;
  readonly best: BestEpoch | undefined;
  readonly history: readonly EpochRecord[];
}

const MAGIC = 'GTTRAIN1';
const HEADER_START = 12;

/** Bytes of a state: eight letters, the header's length (uint32, little-endian), header (JSON), float32 vectors. */
export function encodeTrainingState(state: TrainingState): Uint8Array {
  const { plan, epoch, step, history, best } = state;
  const slotNames = Object.keys(state.slots);
  const header = {
    plan,
    epoch,
    step,
    history,
    slotNames,
    parameterCount: state.parameters.length,
    best: best && { epoch: best.epoch, score: best.score },
  };
  const headerBytes = new TextEncoder().encode(JSON.stringify(header));
  const vectors = [state.parameters, ...slotNames.map((name) => state.slots[name])];
  if (best !== undefined) vectors.push(best.parameters);
  const bytes = new Uint8Array(
    HEADER_START + headerBytes.length + vectors.length * state.parameters.byteLength,
  );
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, headerBytes.length, true);
  bytes.set(headerBytes, HEADER_START);
  let offset = HEADER_START + headerBytes.length;
  for (const vector of vectors) {
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), offset);
    offset += vector.byteLength;
  }
  return bytes;
}

/** Reads a state. Throws `input` for bytes that are no state, or cut short. */
export function decodeTrainingState(bytes: Uint8Array): TrainingState {
  if (bytes.length < HEADER_START || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new GroundTrendError('input', 'This is not a saved training.');
  }
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const bodyStart = HEADER_START + headerLength;
  const damaged = (cause?: unknown) =>
    new GroundTrendError('input', 'The saved training is damaged.', { cause });
  if (bodyStart > bytes.length) throw damaged();
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_START, bodyStart)));
    const vectorBytes = header.parameterCount * Float32Array.BYTES_PER_ELEMENT;
    const vectorCount = 1 + header.slotNames.length + (header.best ? 1 : 0);
    if (bodyStart + vectorCount * vectorBytes !== bytes.length) throw damaged();
    const vectors = Array.from({ length: vectorCount }, (_, index) => {
      const start = bodyStart + index * vectorBytes;
      return new Float32Array(bytes.slice(start, start + vectorBytes).buffer);
    });
    const slots = header.slotNames.map((name: string, index: number) => [name, vectors[index + 1]]);
    return {
      plan: header.plan,
      epoch: header.epoch,
      step: header.step,
      history: header.history,
      parameters: vectors[0],
      slots: Object.fromEntries(slots),
      best: header.best && { ...header.best, parameters: vectors[vectorCount - 1] },
    };
  } catch (cause) {
    throw cause instanceof GroundTrendError ? cause : damaged(cause);
  }
}
