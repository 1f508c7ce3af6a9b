import { escapeXml } from '../write/xml-text.js';

/** A piece of HTML or SVG that is known to be well-formed; text gets into one only through `markup`, escaped. */
export interface Markup {
  readonly html: string;
}

type MarkupValue = Markup | string | number | readonly Markup[];

/** A tagged template: what is put into the holes is escaped, unless it is markup itself. */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  let html = parts[0];
  values.forEach((value, index) => {
    html += renderValue(value) + parts[index + 1];
  });
  return { html };
}

export function joinMarkup(pieces: readonly Markup[]): Markup {
  return { html: pieces.map(({ html }) => html).join('') };
}

function renderValue(value: MarkupValue): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : joinMarkup(value).html;
}
