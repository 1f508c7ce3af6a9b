import { type OrtModule, type Runtime, wrapRuntime } from './session.js';

/**
 * ONNX Runtime's native library; where it is missing for this platform, its WebAssembly build, which is about five
 * times slower. The native `run` holds the JavaScript thread until it is done: use workers for several cores.
 */
export async function loadNodeRuntime(): Promise<Runtime> {
  try {
    const ort = await import('onnxruntime-node');
    return wrapRuntime(`onnxruntime-node ${ort.env.versions.node}`, ort as unknown as OrtModule, 'cpu');
  } catch {
    const { loadWebRuntime } = await import('./session.web.js');
    return loadWebRuntime();
  }
}
