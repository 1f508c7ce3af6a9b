const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // A parser would take these for other blanks.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * Any text as content or attribute of XML or HTML. Characters that XML cannot hold at all (XML 1.0, section 2.2: most
 * control characters, halves of surrogate pairs) become U+FFFD: one of them would make a whole file unreadable.
 */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => ESCAPES[character])
    .replaceAll(/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
