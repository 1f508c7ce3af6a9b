import { showText } from '../shown-text.js';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A plain text table: a line of titles, a rule, a line a row; columns two spaces apart. */
export function formatTable(
  columns: readonly TableColumn[],
  content: readonly (readonly string[])[],
): string {
  const rows = content.map((row) => row.map(showText));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => row[index].length)),
  );
  const formatLine = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        columns[index].align === 'right' ? cell.padStart(widths[index]) : cell.padEnd(widths[index]),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [formatLine(columns.map((column) => column.title)), rule, ...rows.map(formatLine)].join('\n');
}
