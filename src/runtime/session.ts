import { GroundTrendError } from '../errors.js';
import type { TensorData } from '../network/tensor.js';

export interface SessionOptions {
  /**
   * Threads inside one operator; 1 where nothing is said. One session a worker uses several cores better than several
   * threads in one session.
   */
  readonly threads?: number;
}

/** A model ready to run. It owns memory outside of JavaScript: call `dispose` when done. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the model once, on all of its inputs by name. The values given back belong to the caller. `targets` are arrays
   * for all outputs, to be written into in place of new ones, and given back: memory that a garbage collector need not
   * look after.
   */
  run(
    feeds: Readonly<Record<string, TensorData>>,
    targets?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, TensorData>>;
  /** Gives back what the runtime holds; the session is done with. */
  dispose(): Promise<void>;
}

/** A way to run models: ONNX Runtime as a native library or as WebAssembly. */
export interface Runtime {
  /** For reports: `onnxruntime-node 1.30.0`. */
  readonly name: string;
  /**
   * Loads a model that this project has just built. Bytes from elsewhere never come here: `checkModel` and
   * `readNetwork` take out what a graph is built from anew. Throws `model` where the runtime refuses them.
   */
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
}

/** The parts of ONNX Runtime that are the same in its native and its WebAssembly package. */
export interface OrtModule {
  readonly Tensor: new (type: never, data: never, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OrtSession>;
  };
}

interface OrtTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
}

interface OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    feeds: Record<string, never>,
    fetches?: Record<string, never>,
  ): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** A runtime around either package. */
export function wrapRuntime(name: string, ort: OrtModule, provider: string): Runtime {
  return {
    name,
    async createSession(model, options = {}) {
      const settings = {
        executionProviders: [provider],
        intraOpNumThreads: options.threads ?? 1,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        // Errors reach the caller as exceptions; the runtime's own log would only repeat them on the terminal.
        logSeverityLevel: 4,
        extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
      };
      const session = await ort.InferenceSession.create(model, settings).catch((cause: unknown) => {
        throw new GroundTrendError('model', `The model cannot be loaded: ${reasonOf(cause)}.`, { cause });
      });
      return wrapSession(ort, session);
    },
  };
}

function wrapSession(ort: OrtModule, session: OrtSession): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, targets) {
      const tensors = wrapTensors(ort, feeds);
      const running = targets ? session.run(tensors, wrapTensors(ort, targets)) : session.run(tensors);
      const results = await running.catch((cause: unknown) => {
        throw new GroundTrendError('model', `The model cannot be run: ${reasonOf(cause)}.`, { cause });
      });
      if (targets) {
        discardCopies(results, targets);
        return { ...targets };
      }
      return Object.fromEntries(
        Object.entries(results).map(([name, { type, data, dims }]) => {
          return [name, { type, data, shape: dims } as TensorData];
        }),
      );
    },
    dispose: () => session.release(),
  };
}

/** A port to nobody: what is handed over to it is gone. */
const nowhere = openNowhere();

function openNowhere(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  return port1;
}

/**
 * Lets go of the copies that the runtime makes of what it has written into its targets. Left to the garbage collector,
 * their memory outside of the heap sets off one collection of the whole heap after the other.
 */
function discardCopies(
  results: Readonly<Record<string, OrtTensor>>,
  targets: Readonly<Record<string, TensorData>>,
): void {
  const copies = Object.entries(results)
    .map(([name, { data }]) => ({
      own: data as ArrayBufferView,
      target: targets[name].data as ArrayBufferView,
    }))
    .filter(({ own, target }) => own.buffer !== target.buffer && own.byteLength === own.buffer.byteLength);
  nowhere.postMessage(undefined, [...new Set(copies.map(({ own }) => own.buffer as ArrayBuffer))]);
}

function wrapTensors(ort: OrtModule, tensors: Readonly<Record<string, TensorData>>): Record<string, never> {
  const wrapped: Record<string, OrtTensor> = {};
  for (const [name, { type, data, shape }] of Object.entries(tensors)) {
    wrapped[name] = new ort.Tensor(type as never, data as never, shape);
  }
  return wrapped as Record<string, never>;
}

function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split('\n')[0].replace(/\.$/, '');
}
