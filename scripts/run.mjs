// One entrance for every npm script: installs and builds what is missing, then runs the task.
// It imports nothing but Node's own modules, since it may run before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const installStamp = join(root, 'node_modules', '.groundtrend-install');
const buildStamp = join(root, 'dist', '.groundtrend-build');
const pageStamp = join(root, 'dist', '.groundtrend-page');
const bundler = join(root, 'scripts', 'bundle-programs.mjs');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const [task = 'cli', ...args] = process.argv.slice(2);

requireNode(20, 19);
install();
switch (task) {
  case 'cli':
    build();
    // The page is needed by one command only: nobody else waits for it.
    if (args[0] === 'explore') buildPage();
    // Without a command `npm start` shows what all this is: the demo.
    run(
      process.execPath,
      [join(root, 'dist', 'src', 'cli', 'main.js'), ...(args.length === 0 ? ['demo'] : args)],
      process.env.INIT_CWD ?? process.cwd(),
    );
    break;
  case 'test':
    build();
    buildPage();
    run(process.execPath, [tool('vitest', 'vitest.mjs'), 'run', ...args]);
    break;
  case 'bench':
    build();
    run(process.execPath, ['--expose-gc', join(root, 'dist', 'bench', 'main.js'), ...args]);
    break;
  case 'agreement':
    build();
    run(process.execPath, [join(root, 'dist', 'bench', 'agreement', 'main.js'), ...args]);
    break;
  case 'faults':
    build();
    buildPage();
    process.env.GROUNDTREND_KILLS ??= '204';
    run(process.execPath, [tool('vitest', 'vitest.mjs'), 'run', 'test/faults', ...args]);
    break;
  case 'licences':
    run(process.execPath, [join(root, 'scripts', 'list-dependencies.mjs'), ...args]);
    break;
  case 'sbom':
    run(process.execPath, [join(root, 'scripts', 'write-sbom.mjs'), ...args]);
    break;
  case 'docs':
    run(process.execPath, [tool('typedoc', 'bin/typedoc'), ...args]);
    break;
  case 'package':
    build();
    buildPage();
    run(process.execPath, [join(root, 'scripts', 'write-sbom.mjs')]);
    writeNotices(join(root, 'dist'));
    run(npm, ['pack', ...args], root, process.platform === 'win32');
    break;
  case 'fuzz':
    build();
    run(process.execPath, [join(root, 'dist', 'test', 'fuzz', 'main.js'), ...args]);
    break;
  case 'soak':
    build();
    buildPage();
    run(process.execPath, [join(root, 'dist', 'bench', 'soak', 'main.js'), ...args]);
    break;
  case 'build':
    build();
    buildPage();
    break;
  case 'build:site':
    buildPage();
    process.stderr.write('The site is in dist/app: put that folder on any web host.\n');
    break;
  case 'check':
    run(process.execPath, [tool('@biomejs/biome', 'bin/biome'), 'check', '.', ...args]);
    run(process.execPath, [tool('typescript', 'bin/tsc'), '-p', '.']);
    run(process.execPath, [tool('typescript', 'bin/tsc'), '-p', 'app']);
    break;
  default:
    fail(`There is no task "${task}".`);
}

function requireNode(major, minor) {
  const [have, haveMinor] = process.versions.node.split('.').map(Number);
  if (have > major || (have === major && haveMinor >= minor)) return;
  fail(`groundtrend needs Node ${major}.${minor} or newer; this is ${process.versions.node}.`);
}

/** Installs from the lock file unless that very lock file is installed already. */
function install() {
  const wanted = digest([join(root, 'package-lock.json')]);
  if (readStamp(installStamp) === wanted) return;
  process.stderr.write('Installing what groundtrend needs (once) ...\n');
  // npm's own output goes to standard error: standard output belongs to the task.
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) fail('npm ci failed; its message is above.');
  writeFileSync(installStamp, wanted);
}

/** Compiles unless the sources are the ones compiled last. */
function build() {
  const sources = ['src', 'bench', 'test/fuzz', 'test/reference', 'test/trials'].flatMap((folder) =>
    listFiles(join(root, folder)),
  );
  sources.push(
    join(root, 'tsconfig.json'),
    join(root, 'tsconfig.build.json'),
    join(root, 'package-lock.json'),
    bundler,
  );
  const wanted = digest(sources.filter((path) => !path.endsWith('.test.ts')));
  if (readStamp(buildStamp) === wanted) return;
  process.stderr.write('Building groundtrend ...\n');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const done = spawnSync(process.execPath, [tool('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) fail('The TypeScript compiler found errors; they are above.');
  const bundled = spawnSync(process.execPath, [bundler], { cwd: root, stdio: ['ignore', 2, 2] });
  if (bundled.status !== 0) fail('The programs could not be bundled; the message is above.');
  mkdirSync(dirname(buildStamp), { recursive: true });
  writeFileSync(buildStamp, wanted);
}

/** Builds the web page into dist/app unless its sources are the ones built last. */
function buildPage() {
  const sources = ['app', 'src', 'models'].flatMap((folder) => listFiles(join(root, folder)));
  sources.push(join(root, 'tsconfig.json'), join(root, 'package-lock.json'));
  const wanted = digest(sources.filter((path) => !path.endsWith('.test.ts')));
  if (readStamp(pageStamp) === wanted) return;
  process.stderr.write('Building the page ...\n');
  const done = spawnSync(
    process.execPath,
    [tool('vite', 'bin/vite.js'), 'build', 'app', '--config', 'app/vite.config.ts', '--logLevel', 'warn'],
    { cwd: root, stdio: ['ignore', 2, 2] },
  );
  if (done.status !== 0) fail('Vite could not build the page; its message is above.');
  writeNotices(join(root, 'dist', 'app'));
  writeFileSync(pageStamp, wanted);
}

/** The licences of what is bundled go where the bundles go. */
function writeNotices(folder) {
  run(process.execPath, [
    join(root, 'scripts', 'write-notices.mjs'),
    join(folder, 'third-party-notices.txt'),
  ]);
}

function run(command, commandArgs, cwd = root, shell = false) {
  const done = spawnSync(command, commandArgs, { cwd, stdio: 'inherit', shell });
  if (done.error) fail(done.error.message);
  if (done.status !== 0) process.exit(done.status ?? 1);
}

function tool(packageName, path) {
  return join(root, 'node_modules', packageName, path);
}

function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path.slice(root.length)).update(readFileSync(path));
  return hash.digest('hex');
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
