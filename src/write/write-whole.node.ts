import { writeFile } from 'node:fs/promises';
import { toOutputError } from './output-error.js';
import { type OutputFile, type OutputOptions, reserveOutput } from './output-file.node.js';

export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array> | Iterable<string>;

/** Writes a file that appears under its name only when it is whole. Throws `output` as `reserveOutput` does. */
export async function writeWhole(path: string, content: FileContent, options: OutputOptions): Promise<void> {
  await fillOutput(await reserveOutput(path, options), content);
}

/** Gives a reserved file its content and its name. Throws `output`; the file is then gone. */
async function fillOutput(output: OutputFile, content: FileContent): Promise<void> {
  try {
    await writeFile(output.temporaryPath, content);
  } catch (cause) {
    await output.discard();
    throw toOutputError(output.path, cause);
  }
  await output.publish();
}
