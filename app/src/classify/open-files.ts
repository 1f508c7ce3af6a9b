import type { Explorer } from '../state/explorer.js';

export async function openFiles(explorer: Explorer, files: readonly File[]): Promise<void> {
  const [file] = files;
  if (!file) return;
  await explorer.open({ name: file.name, file });
}

export async function openSimulation(_explorer: Explorer): Promise<void> {}
