import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** How long a plugin takes is of no use to somebody who starts the program for the first time. */
const QUIET = { checks: { pluginTimings: false } };

export default defineConfig({
  root: here('.'),
  // Every address is relative: the page runs under any path, such as a random token.
  base: './',
  publicDir: false,
  cacheDir: here('../node_modules/.vite'),
  build: {
    outDir: here('../dist/app'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rolldownOptions: QUIET,
  },
  worker: { format: 'es', rolldownOptions: QUIET },
});
