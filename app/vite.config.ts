import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

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
  },
  worker: { format: 'es' },
});
