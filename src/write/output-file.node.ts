import { link, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createOutputError, toOutputError } from './output-error.js';
import { syncFile, syncFolder } from './sync.node.js';
import { createTemporaryName, removeAbandoned } from './temporary-name.node.js';

export interface OutputOptions {
  /** Replace the target where it exists. */
  readonly overwrite: boolean;
  /** Put a QGIS style (`.qml`) beside a map whose format cannot hold one; one that is there stays unless overwritten. */
  readonly style?: boolean;
  /** Told of every file that is whole, right before it gets its name. */
  readonly beforeName?: (file: Pick<OutputFile, 'path' | 'temporaryPath'>) => Promise<void>;
}

/** A file that gets its name when it is whole: until then it lives under `temporaryPath` in the same folder. */
export interface OutputFile {
  readonly path: string;
  readonly temporaryPath: string;
  /** Makes the bytes safe on the disk. Throws `output`. */
  flush(): Promise<void>;
  /** Makes the bytes safe on the disk and gives the file its name. Throws `output`; the file is then gone. */
  publish(): Promise<void>;
  /** Removes what has been written. */
  discard(): Promise<void>;
}

/**
 * Looks whether a target may be written and creates an empty file beside it, under a name that no other process has.
 * What a killed process left of the same target is removed.
 *
 * Throws `output` where the target exists without `overwrite`, is a folder, or its folder is missing or closed.
 */
export async function reserveOutput(path: string, options: OutputOptions): Promise<OutputFile> {
  const temporaryPath = join(dirname(path), createTemporaryName(basename(path)));
  await checkTarget(path, options);
  await removeAbandoned(dirname(path), basename(path));
  try {
    await (await open(temporaryPath, 'wx')).close();
  } catch (cause) {
    throw toOutputError(path, cause);
  }

  async function discard(): Promise<void> {
    // SQLite may still hold the file open: emptied, it gives its space back at once.
    await truncate(temporaryPath).catch(() => {});
    await rm(temporaryPath, { force: true });
  }

  async function flush(): Promise<void> {
    try {
      await syncFile(temporaryPath);
    } catch (cause) {
      await discard();
      throw toOutputError(path, cause);
    }
  }

  return {
    path,
    temporaryPath,
    discard,
    flush,
    async publish() {
      await flush();
      try {
        await options.beforeName?.({ path, temporaryPath });
        if (options.overwrite) await rename(temporaryPath, path);
        else await giveNewName(temporaryPath, path);
        await syncFolder(dirname(path));
      } catch (cause) {
        await discard();
        throw toOutputError(path, cause);
      }
    },
  };
}

/**
 * Several files that make one: the others get their names first, so that whoever sees the main one finds them. A main
 * one that is replaced goes before, so that it is never seen with the others' new bytes.
 */
export function joinOutputs(
  main: OutputFile,
  others: readonly OutputFile[],
  { overwrite }: OutputOptions,
): OutputFile {
  const all = [...others, main];
  const discard = async () => {
    await Promise.all(all.map((output) => output.discard()));
  };
  return {
    ...main,
    discard,
    async flush() {
      for (const output of all) await output.flush();
    },
    async publish() {
      try {
        if (overwrite) await rm(main.path, { force: true });
        for (const output of all) await output.publish();
      } catch (cause) {
        await discard();
        throw toOutputError(main.path, cause);
      }
    },
  };
}

async function checkTarget(path: string, { overwrite }: OutputOptions): Promise<void> {
  const target = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw toOutputError(path, cause);
  });
  if (target?.isDirectory()) throw createOutputError(path, 'EISDIR');
  if (target && !overwrite) throw createOutputError(path, 'EEXIST');
}

/** A hard link fails where the name has been taken meanwhile; a rename would silently replace the other's file. */
async function giveNewName(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') throw cause;
    // Some file systems have no hard links; there the look before the work must do.
    await checkTarget(to, { overwrite: false });
    await rename(from, to);
    return;
  }
  await rm(from);
}
