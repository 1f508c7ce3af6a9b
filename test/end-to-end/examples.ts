import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from './run-cli.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Example {
  /** The command as it is written, without prompt, comment and what stands before it. */
  readonly command: string;
  readonly source: string;
}

/** Every command in a block of code of README, CONTRIBUTING and docs/, and in the examples of every `--help`. */
export async function listExamples(): Promise<Example[]> {
  const found = new Map<string, Example>();
  const add = (command: string, source: string) => {
    if (!found.has(command)) found.set(command, { command, source });
  };
  const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  for (const page of ['README.md', 'CONTRIBUTING.md', ...pages.map((name) => `docs/${name}`)]) {
    for (const line of listCodeLines(await readFile(join(root, page), 'utf8'))) {
      if (isCommand(line)) add(cleanLine(line), page);
    }
  }
  for (const command of await listCommands([])) {
    const { stdout } = await runCli([...command, '--help']);
    for (const [, line] of stdout.matchAll(/^ +\$ (.*)$/gm))
      add(cleanLine(line), `${command.join(' ')} --help`);
  }
  return [...found.values()];
}

/** Names of all commands and of those below them, from what `--help` lists. */
async function listCommands(parents: readonly string[]): Promise<string[][]> {
  const { stdout } = await runCli([...parents, '--help']);
  const listed = stdout.split(/^Commands:$/m)[1] ?? '';
  const names = Array.from(listed.matchAll(/^ {2}([a-z-]+)/gm), ([, name]) => name).filter(
    (name) => name !== 'help',
  );
  const below = await Promise.all(names.map((name) => listCommands([...parents, name])));
  return [...names.map((name) => [...parents, name]), ...below.flat()];
}

/** Lines of fenced and of indented blocks, those that end in a backslash joined with the next. */
function listCodeLines(text: string): string[] {
  const lines: string[] = [];
  let isFenced = false;
  for (const line of text.replaceAll(/\\\n\s*/g, '').split('\n')) {
    if (line.startsWith('```')) isFenced = !isFenced;
    else if (isFenced || /^ {4}\S/.test(line)) lines.push(line.trim());
  }
  return lines;
}

const isCommand = (line: string) => /^(\$ |time )?(groundtrend|npm|npx|node|python3|podman|git) /.test(line);

function cleanLine(line: string): string {
  return line
    .replace(/^(\$ |time )/, '')
    .replace(/ {3,}.*$/, '')
    .replace(/ +# .*$/, '')
    .replace(/^npm start -- /, 'groundtrend ')
    .trim();
}
