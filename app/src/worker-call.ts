import { GroundTrendError, packFailure, unpackFailure } from '../../src/index.js';

/** What a called function may do beside returning. */
export interface CallContext {
  readonly signal: AbortSignal;
  report(progress: unknown): void;
  /** Buffers that move to the caller with the answer instead of being copied. */
  transfer(...buffers: readonly ArrayBufferLike[]): void;
}

// biome-ignore lint/suspicious/noExplicitAny: arguments cross between threads; each pair of ends states its own types.
export type CallHandlers = Readonly<Record<string, (argument: any, context: CallContext) => unknown>>;

interface CallMessage {
  readonly id: number;
  readonly name?: string;
  readonly argument?: unknown;
  readonly cancel?: true;
}

interface AnswerMessage {
  readonly id: number;
  readonly progress?: unknown;
  readonly value?: unknown;
  readonly failure?: ReturnType<typeof packFailure>;
}

/** In a worker: answers the calls of the page. */
export function serveCalls(handlers: CallHandlers): void {
  const scope = globalThis as unknown as DedicatedWorkerGlobal;
  const running = new Map<number, AbortController>();
  scope.onmessage = async ({ data: { id, name, argument, cancel } }: MessageEvent<CallMessage>) => {
    if (cancel) {
      running.get(id)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(id, controller);
    const moved: Transferable[] = [];
    try {
      const value = await handlers[name!](argument, {
        signal: controller.signal,
        report: (progress) => scope.postMessage({ id, progress } satisfies AnswerMessage, []),
        transfer: (...buffers) => moved.push(...(buffers as ArrayBuffer[])),
      });
      scope.postMessage({ id, value } satisfies AnswerMessage, moved);
    } catch (error) {
      scope.postMessage({ id, failure: packFailure(error) } satisfies AnswerMessage, []);
    } finally {
      running.delete(id);
    }
  };
}

interface DedicatedWorkerGlobal {
  onmessage: ((event: MessageEvent<CallMessage>) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: never) => void;
  readonly transfer?: readonly Transferable[];
}

export interface WorkerConnection {
  call<T>(name: string, argument?: unknown, options?: CallOptions): Promise<T>;
  close(): void;
}

/** In the page: calls functions of a worker. */
export function connectWorker(worker: Worker): WorkerConnection {
  const waiting = new Map<
    number,
    { resolve(value: unknown): void; reject(error: Error): void; onProgress?: (progress: never) => void }
  >();
  let last = 0;
  worker.onmessage = ({ data: { id, progress, value, failure } }: MessageEvent<AnswerMessage>) => {
    const call = waiting.get(id);
    if (call === undefined) return;
    if (progress !== undefined) {
      call.onProgress?.(progress as never);
      return;
    }
    waiting.delete(id);
    if (failure) call.reject(unpackFailure(failure));
    else call.resolve(value);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values()) {
      reject(new Error(event.message || 'A part of the page could not be loaded.'));
    }
    waiting.clear();
  };
  return {
    call<T>(name: string, argument?: unknown, { signal, onProgress, transfer = [] }: CallOptions = {}) {
      last += 1;
      const id = last;
      return new Promise<T>((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, onProgress });
        signal?.addEventListener('abort', () =>
          worker.postMessage({ id, cancel: true } satisfies CallMessage),
        );
        worker.postMessage({ id, name, argument } satisfies CallMessage, [...transfer]);
      });
    },
    close() {
      worker.terminate();
      for (const { reject } of waiting.values()) {
        reject(new GroundTrendError('cancelled', 'Stopped before the work was done.'));
      }
      waiting.clear();
    },
  };
}
