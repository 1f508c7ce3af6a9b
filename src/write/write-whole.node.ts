import { writeFile } from 'node:fs/promises';
import { toOutputError } from './output-error.js';
import { type OutputOptions, reserveOutput } from './output-file.node.js';

/** Writes a file that appears under its name only when it is whole. Throws `output` as `reserveOutput` does. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array> | Iterable<string>,
  options: OutputOptions,
): Promise<void> {
  const output = await reserveOutput(path, options);
  try {
    await writeFile(output.temporaryPath, content);
  } catch (cause) {
    await output.discard();
    throw toOutputError(path, cause);
  }
  await output.publish();
}
