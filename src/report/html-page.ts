import { type Markup, markup } from './markup.js';

const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 24px; background: #fff; color: #1d2a30;
  font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 28px 0 8px; } h3 { font-size: 15px; margin: 16px 0 4px; }
p { margin: 6px 0; max-width: 78ch; } .notice { background: #fff5d6; border-left: 4px solid #d49a00; padding: 8px 12px; }
.columns { display: grid; grid-template-columns: minmax(0, var(--left, 2fr)) minmax(0, 1fr); gap: 28px; align-items: start; }
.even { --left: 1.25fr; } .columns th, .columns td { padding: 4px 6px; }
@media (max-width: 1000px) { .columns { grid-template-columns: minmax(0, 1fr); } }
svg { width: 100%; height: auto; display: block; } .pie { max-width: 260px; margin: 0 auto; }
.tick { font-size: 11px; fill: #55636a; } .head, .axis { font-size: 13px; fill: #1d2a30; } .axis { font-style: italic; }
.share { font-size: 14px; font-weight: 600; } .place { font-size: 13px; font-weight: 600; fill: #a00000; }
.area { font-size: 13px; font-weight: 600; fill: #12303b; stroke: #fff; stroke-width: 4px; paint-order: stroke; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { text-align: right; padding: 4px 8px; border-bottom: 1px solid #e3e7e4; } th { font-weight: 600; }
th:first-child, td:first-child { text-align: left; } td { white-space: nowrap; } .card td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.card thead { display: none; } .card td:first-child { width: 190px; color: #55636a; } .scroll { overflow-x: auto; }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 50%; margin-right: 8px; vertical-align: -1px; }
footer { margin-top: 32px; color: #55636a; font-size: 13px; }
figure { margin: 0; } figcaption { font-size: 13px; color: #55636a; margin: 2px 0 0 8px; }
.notable { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 20px; }
@page { margin: 14mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 12px; print-color-adjust: exact; } table { font-size: 11px; }
  .columns { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 16px; } th, td { padding: 3px 4px; }
  h2, h3 { break-after: avoid; } svg, table, figure, .keep { break-inside: avoid; } .pie { max-width: 190px; }
  .columns table { font-size: 10px; } .columns th, .columns td { padding: 3px 2px; } .scroll { overflow: visible; }
  .notable { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; }
}
`;

/** A whole page that needs nothing but itself: no script, no request, opens from the file system. */
export function renderPage(title: string, body: Markup): string {
  const style: Markup = { html: STYLE };
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`.html;
}

/** A table: titles, then rows; the first column is text, the others numbers, or texts on a `card`. */
export function renderTable(
  titles: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  kind: 'numbers' | 'card' = 'numbers',
): Markup {
  return markup`<div class="scroll"><table class="${kind}"><thead><tr>${titles.map((title) => markup`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${row.map((cell) => markup`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}
