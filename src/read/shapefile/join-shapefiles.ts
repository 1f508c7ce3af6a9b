import { GroundTrendError } from '../../errors.js';
import { findRole } from '../columns/column-names.js';
import { parseDateColumn } from '../columns/date-column.js';
import type { ColumnUse, RowBlock, RowRequest, TableSource } from '../tables/table-source.js';
import type { ShapefileTable } from './open-shapefile.js';

/**
 * Puts together what was split because a shapefile holds 255 columns at the most: shapefiles with as many points in
 * the same box and no date in common are one table, named after the first of them. All others stay as they are.
 *
 * Reading such a table throws `input` where the rows of its parts are not the same points.
 */
export function joinShapefiles(tables: readonly ShapefileTable[]): TableSource[] {
  const groups: ShapefileTable[][] = [];
  for (const table of tables) {
    const group = groups.find((members) => belongsTo(table, members));
    if (group === undefined) groups.push([table]);
    else group.push(table);
  }
  return groups.map((members) => (members.length === 1 ? members[0] : joinTables(members)));
}

function belongsTo(table: ShapefileTable, members: readonly ShapefileTable[]): boolean {
  const [first] = members;
  const isAlike =
    first.recordCount === table.recordCount && first.box.every((edge, i) => edge === table.box[i]);
  const days = new Set(daysOf(table));
  const hasOwnDates =
    days.size > 0 && members.every((member) => daysOf(member).every((day) => !days.has(day)));
  return isAlike && hasOwnDates;
}

function daysOf({ columns }: TableSource): number[] {
  return columns.map(({ name }) => parseDateColumn(name)).filter((day) => typeof day === 'number');
}

function joinTables(members: readonly ShapefileTable[]): TableSource {
  const [first] = members;
  // Of columns that all parts have, the first part's count.
  const places: { readonly member: number; readonly column: number }[] = [];
  const names = new Set<string>();
  members.forEach(({ columns }, member) => {
    columns.forEach(({ name }, column) => {
      if (names.has(name)) return;
      names.add(name);
      places.push({ member, column });
    });
  });
  const sizes = members.map(({ totalBytes }) => totalBytes);
  const others = members.slice(1).map(({ file }) => file);
  return {
    file: first.file,
    format: `shapefile in ${members.length} parts`,
    columns: places.map(({ member, column }) => members[member].columns[column]),
    geometry: first.geometry,
    totalBytes: sizes.every((size) => size !== undefined)
      ? sizes.reduce((sum, size) => sum + size, 0)
      : undefined,
    warnings: [
      ...members.flatMap(({ warnings }) => warnings),
      `Read as one, since of the same points with other dates: ${[first.file, ...others].join(', ')}.`,
    ],
    rows: (request) => readJoined(members, places, request),
  };
}

async function* readJoined(
  members: readonly ShapefileTable[],
  places: readonly { readonly member: number; readonly column: number }[],
  request: RowRequest,
): AsyncGenerator<RowBlock> {
  const consumed = members.map(() => 0);
  const names = members.map(({ columns }) => columns.map(({ name }) => name));
  const firstPid = findRole('pid', names[0]);
  const pids = names.map((own) => (firstPid === undefined ? -1 : own.indexOf(names[0][firstPid])));
  // Names are compared as they are read of the first part: texts, or numbers in a look at the first rows.
  const joinedPid = places.findIndex(({ member, column }) => member === 0 && column === firstPid);
  const pidUse = request.uses[joinedPid] ?? 'unused';
  const streams = members.map((table, member) => {
    const pid = pids[member];
    const uses: ColumnUse[] = table.columns.map((_, column) => (column === pid ? pidUse : 'unused'));
    const epochOfColumn = new Int32Array(table.columns.length).fill(-1);
    places.forEach((place, joined) => {
      if (place.member !== member) return;
      uses[place.column] = request.uses[joined];
      epochOfColumn[place.column] = request.epochOfColumn[joined];
    });
    const own: RowRequest = {
      ...request,
      uses,
      epochOfColumn,
      onBytes(bytes) {
        consumed[member] = bytes;
        request.onBytes?.(consumed.reduce((sum, count) => sum + count, 0));
      },
    };
    return table.rows(own)[Symbol.asyncIterator]();
  });
  try {
    for (;;) {
      const results = await Promise.all(streams.map((blocks) => blocks.next()));
      if (results.some(({ done }) => done)) return;
      const blocks = results.map(({ value }) => value as RowBlock);
      requireSamePoints(members, blocks, pids);
      yield joinBlocks(blocks, places);
    }
  } finally {
    await Promise.all(streams.map((blocks) => blocks.return?.()));
  }
}

function joinBlocks(
  blocks: readonly RowBlock[],
  places: readonly { readonly member: number; readonly column: number }[],
): RowBlock {
  const [first] = blocks;
  const joinedColumn = (member: number, column: number) =>
    places.findIndex((place) => place.member === member && place.column === column);
  const { displacements } = first;
  for (const block of blocks.slice(1)) {
    block.displacements.forEach((value, i) => {
      if (!Number.isNaN(value)) displacements[i] = value;
    });
  }
  return {
    ...first,
    columns: places.map(({ member, column }) => blocks[member].columns[column]),
    displacements,
    badRows: blocks.flatMap(({ badRows }, member) =>
      badRows.map((row) => ({
        ...row,
        column: row.column === undefined ? undefined : joinedColumn(member, row.column),
      })),
    ),
    spoiledCells: blocks.flatMap(({ spoiledCells = [] }, member) =>
      // The names of a later part, which are only compared, are no column of the joined table.
      spoiledCells.flatMap(({ column, row }) => {
        const joined = joinedColumn(member, column);
        return joined < 0 ? [] : { column: joined, row };
      }),
    ),
  };
}

function requireSamePoints(
  members: readonly ShapefileTable[],
  blocks: readonly RowBlock[],
  pids: readonly number[],
): void {
  const [first] = blocks;
  const pidsOf = (member: number) => blocks[member].columns[pids[member]];
  const firstPids = pidsOf(0);
  for (let member = 1; member < blocks.length; member++) {
    const block = blocks[member];
    const otherPids = pidsOf(member);
    for (let row = 0; row < first.count; row++) {
      const isSamePlace = Object.is(first.x![row], block.x![row]) && Object.is(first.y![row], block.y![row]);
      const isSameName =
        firstPids === undefined || otherPids === undefined || Object.is(firstPids[row], otherPids[row]);
      if (isSamePlace && isSameName) continue;
      throw new GroundTrendError(
        'input',
        `Row ${first.firstRow + row + 1} is another point in ${members[0].file} and in ${members[member].file}.`,
        {
          place: { file: members[member].file },
          advice: 'Read the two on their own, or export them anew in one order.',
        },
      );
    }
  }
}
