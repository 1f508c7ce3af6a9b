import { GroundTrendError } from '../../errors.js';
import { createEpochAxis, type EpochAxis, formatDay } from '../../series/epoch-axis.js';
import { parseDateColumn } from './date-column.js';

/** Which of a table's columns hold displacements, found by their names. */
export interface EpochColumns {
  readonly axis: EpochAxis;
  /** For each column its epoch on the axis, or -1 where it is no date. */
  readonly epochOfColumn: Int32Array;
  /** True where the dates do not stand in order of time; rows are put in order on reading. */
  readonly isOutOfOrder: boolean;
}

/** Said where dates had to be put in order. */
export const OUT_OF_ORDER = 'The columns of dates do not stand in order of time; they were put in order.';

/** Finds the columns of dates. Throws `input` where these are no series: no dates, a date twice, fewer than two. */
export function findEpochColumns(
  names: readonly string[],
  place: { readonly file: string; readonly line?: number },
): EpochColumns {
  const columnOfDay = new Map<number, number>();
  names.forEach((name, column) => {
    const day = parseDateColumn(name);
    if (day === undefined) return;
    if (day === 'impossible') {
      throw new GroundTrendError('input', 'This column is named like a date that is not in the calendar.', {
        place: { ...place, column: name },
      });
    }
    const earlier = columnOfDay.get(day);
    if (earlier !== undefined) {
      throw new GroundTrendError(
        'input',
        `The date ${formatDay(day)} appears twice, as columns ${earlier + 1} (${names[earlier]}) and ${column + 1} (${name}).`,
        { place: { ...place, column: name }, advice: 'Remove one of the two.' },
      );
    }
    columnOfDay.set(day, column);
  });
  requireDates(columnOfDay.size, names, place);

  const inFile = [...columnOfDay.keys()];
  const days = inFile.toSorted((left, right) => left - right);
  const epochOfColumn = new Int32Array(names.length).fill(-1);
  for (let epoch = 0; epoch < days.length; epoch++) epochOfColumn[columnOfDay.get(days[epoch])!] = epoch;
  const isOutOfOrder = inFile.some((day, index) => day !== days[index]);
  return { axis: createEpochAxis(days), epochOfColumn, isOutOfOrder };
}

function requireDates(
  count: number,
  names: readonly string[],
  place: { readonly file: string; readonly line?: number },
): void {
  if (count >= 2) return;
  const shown = names
    .slice(0, 6)
    .map((name) => (name.length > 30 ? `${name.slice(0, 30)}...` : name))
    .join(', ');
  const start = place.line === undefined ? 'the columns start' : 'the header starts';
  throw new GroundTrendError(
    'input',
    count === 0
      ? `No column is named like a date; ${start} with: ${shown}.`
      : 'Only one column is named like a date; a series needs at least two.',
    {
      place,
      advice:
        'Displacements are expected in one column a date, named 20200103, D20200103, D_20200103 or 2020-01-03. ' +
        'Where the dates stand in a list beside the file, give it with --dates.',
    },
  );
}
