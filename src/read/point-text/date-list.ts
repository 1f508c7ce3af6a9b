import { GroundTrendError } from '../../errors.js';
import { dayFromCalendar, formatDay } from '../../series/epoch-axis.js';

/** A date on its own or within a file's name: `20150309`, `2015-03-09`, `rslc/20150309.rslc`. */
const DATE = /(?<!\d)((?:19|20)\d{2})([-_/]?)(\d{2})\2(\d{2})(?!\d)/;

/**
 * The dates of a list that lies beside a file of series, as whole days since 1970: the first date of every line, blank
 * lines and those that start with # passed over. Lines may hold more, such as GAMMA's tables of scenes do.
 *
 * Throws `input` for a line without a date, dates that are not in order of time, and a list of fewer than two.
 */
export function parseDateList(text: string, file: string): number[] {
  const days: number[] = [];
  text.split(/\r?\n/).forEach((written, index) => {
    const line = written.trim();
    if (line === '' || line.startsWith('#')) return;
    const match = DATE.exec(line);
    const day = match && dayFromCalendar(Number(match[1]), Number(match[3]), Number(match[4]));
    if (typeof day !== 'number') {
      throw new GroundTrendError('input', 'There is no date in this line.', {
        place: { file, line: index + 1 },
        advice: 'The list has one date a line, such as 20150309 or 2015-03-09.',
      });
    }
    if (days.length > 0 && day <= days[days.length - 1]) {
      throw new GroundTrendError(
        'input',
        `The date ${formatDay(day)} does not come after the one before it.`,
        {
          place: { file, line: index + 1 },
          advice: 'The list has the dates of the columns in their order, the earliest first, each once.',
        },
      );
    }
    days.push(day);
  });
  if (days.length >= 2) return days;
  throw new GroundTrendError('input', `This list holds ${days.length} dates; a series needs at least two.`, {
    place: { file },
  });
}
