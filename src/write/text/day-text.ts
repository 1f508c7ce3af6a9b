import { formatDay } from '../../series/epoch-axis.js';

/** Formats day numbers as ISO dates, remembering each: a map has many points and few dates. */
export function createDayFormatter(): (day: number) => string {
  const texts = new Map<number, string>();
  return (day) => {
    let text = texts.get(day);
    if (text === undefined) {
      text = formatDay(day);
      texts.set(day, text);
    }
    return text;
  };
}
