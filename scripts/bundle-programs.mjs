// Joins the compiled modules of each program into a few files, under dist/src/programs, and puts an import of them
// where the program was: what opens 200 files before it can begin takes twice as long to begin, and every thread does.
// Libraries with native or WebAssembly parts stay where they are installed.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const compiled = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'src');
const bundles = join(compiled, 'programs');
const PROGRAMS = ['cli/main.js', 'classify/worker.node.js', 'train/tune/tune-worker.node.js'];
const KEPT_APART = [
  'onnxruntime-node',
  'onnxruntime-web',
  'onnxruntime-web/wasm',
  'libsql',
  'h5wasm',
  'h5wasm/node',
  '@resvg/resvg-wasm',
  'dejavu-fonts-ttf',
];

/** A module that asks where it lies is told where it lay before: what it looks for has stayed there. */
const keepPlaces = {
  name: 'keep-places',
  transform(code, id) {
    if (!code.includes('import.meta.url') || !id.startsWith(compiled)) return null;
    const place = JSON.stringify(relative(bundles, id).replaceAll('\\', '/'));
    return code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`);
  },
};

await rm(bundles, { recursive: true, force: true });
await build({
  configFile: false,
  root: compiled,
  logLevel: 'warn',
  plugins: [keepPlaces],
  ssr: { noExternal: true, external: KEPT_APART },
  build: {
    ssr: true,
    target: 'node20',
    outDir: bundles,
    minify: false,
    rolldownOptions: {
      input: PROGRAMS.map((path) => join(compiled, path)),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
for (const path of PROGRAMS) {
  const place = join(compiled, path);
  const [firstLine] = (await readFile(place, 'utf8')).split('\n');
  const shebang = firstLine.startsWith('#!') ? `${firstLine}\n` : '';
  const bundle = relative(dirname(place), join(bundles, basename(path))).replaceAll('\\', '/');
  await writeFile(place, `${shebang}import '${bundle}';\n`);
}
