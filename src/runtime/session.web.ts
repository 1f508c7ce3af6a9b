import * as ort from 'onnxruntime-web/wasm';
import { type OrtModule, type Runtime, wrapRuntime } from './session.js';

/** Where the files of the WebAssembly build lie; a page must serve them itself. */
export interface WebRuntimeOptions {
  readonly wasmUrl?: string;
  readonly moduleUrl?: string;
}

/** ONNX Runtime as WebAssembly, on one thread: for pages, their workers, and wherever the native library is missing. */
export function loadWebRuntime(options: WebRuntimeOptions = {}): Runtime {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  if (options.wasmUrl !== undefined)
    ort.env.wasm.wasmPaths = { wasm: options.wasmUrl, mjs: options.moduleUrl };
  return wrapRuntime(`onnxruntime-web ${ort.env.versions.web}`, ort as unknown as OrtModule, 'wasm');
}
