/** Controls, and marks that turn the direction of writing. */
export const CONTROLS = /[\p{Cc}\p{Bidi_Control}]/gu;

/** A control character as JSON writes it: `\u001b`. */
export function showControl(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * A name or text from elsewhere as part of a line: a line feed in it would begin a line that looks like one of ours, so
 * every control character is shown as JSON writes it (`\u000a`).
 */
export function showText(text: string): string {
  return text.replace(CONTROLS, showControl);
}
