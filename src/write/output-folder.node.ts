import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { GroundTrendError } from '../errors.js';
import { toOutputError } from './output-error.js';
import type { OutputFile, OutputOptions } from './output-file.node.js';
import { syncFolder } from './sync.node.js';
import { createTemporaryName, OLD_ENDING, removeAbandoned } from './temporary-name.node.js';

/**
 * The same as `reserveOutput` for a folder of files: it is filled under a temporary name and gets its own when it is
 * whole. A folder that is replaced is put aside first and removed last, so that at every moment one of both is there.
 *
 * Throws `output` where the target exists without `overwrite` or is a file, or its parent is missing or closed.
 */
export async function reserveFolder(path: string, { overwrite }: OutputOptions): Promise<OutputFile> {
  const parent = dirname(resolve(path));
  const name = basename(resolve(path));
  await removeAbandoned(parent, name);
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !(overwrite && found.isDirectory())) {
    throw new GroundTrendError('output', `The ${found.isDirectory() ? 'folder' : 'file'} exists already.`, {
      place: { file: path },
      advice: 'Use --overwrite to replace a folder and all that is in it.',
    });
  }
  const temporaryPath = join(parent, createTemporaryName(name));
  const oldPath = `${temporaryPath}${OLD_ENDING}`;
  try {
    await mkdir(temporaryPath);
  } catch (cause) {
    throw toOutputError(path, cause);
  }
  const discard = () => rm(temporaryPath, { recursive: true, force: true });
  return {
    path,
    temporaryPath,
    discard,
    flush: () => syncFolder(temporaryPath),
    async publish() {
      try {
        await syncFolder(temporaryPath);
        if (overwrite) await moveIfThere(path, oldPath);
        await rename(temporaryPath, path);
        await syncFolder(parent);
      } catch (cause) {
        await moveIfThere(oldPath, path);
        await discard();
        throw toOutputError(path, cause);
      }
      await rm(oldPath, { recursive: true, force: true });
    },
  };
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
  });
}
