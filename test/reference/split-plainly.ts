/** A line of a table of text: its cells, trimmed, and its number (the first is 1). */
export interface PlainLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Lines of a small table, a character at a time; blank ones are passed over. The first of , ; and tab divides. */
export function splitPlainly(text: string, delimiter?: ',' | ';' | '\t'): PlainLine[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const mark = delimiter ?? [',', ';', '\t'].find((candidate) => lines[0].includes(candidate)) ?? ',';
  return lines
    .map((content, index) => ({ line: index + 1, content }))
    .filter(({ content, line }) => line === 1 || content.trim() !== '')
    .map(({ content, line }) => ({ line, cells: splitLine(content, mark, delimiter === undefined) }));
}

function splitLine(line: string, mark: string, areTrimmed: boolean): string[] {
  const cells: string[] = [''];
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const last = cells.length - 1;
    if (isQuoted) {
      if (line[at] !== '"') cells[last] += line[at];
      else if (line[at + 1] === '"') cells[last] += line[++at];
      else isQuoted = false;
    } else if (line[at] === mark) cells.push('');
    else if (line[at] === '"' && (areTrimmed ? cells[last].trim() : cells[last]) === '') {
      isQuoted = true;
      cells[last] = '';
    } else cells[last] += line[at];
  }
  return areTrimmed ? cells.map((cell) => cell.trim()) : cells;
}
