import type { RowGroup } from 'hyparquet';
import { throwIfCancelled } from '../../errors.js';
import { allocateSeries, cutColumn, type RowStretch, splitRows } from '../tables/cut-blocks.js';
import type { ColumnUse, RowRequest } from '../tables/table-source.js';
import { listChunks } from './column-chunk.js';
import type { SpareMemory } from './fetch-ranges.js';
import { explainDamage, type OpenParquet } from './open-parquet-file.js';
import type { ColumnStorage } from './parquet-columns.js';
import {
  type FlatColumn,
  inSets,
  isComplete,
  openFlatColumns,
  type SeriesCursor,
  takeSeries,
} from './read-flat-columns.js';
import { readOtherColumns } from './read-other-columns.js';

/** Displacements held at a time, in bytes; row groups that are larger are read in parts. */
const LARGEST_STRETCH_BYTES = 64 << 20;

/** Streams the wanted columns of all rows, row group after row group, in parts where one is large. */
export async function* readStretches(
  parquet: OpenParquet,
  request: RowRequest,
  mostBytes = LARGEST_STRETCH_BYTES,
): AsyncGenerator<RowStretch> {
  try {
    yield* readGroups(parquet, request, mostBytes);
  } catch (error) {
    throw explainDamage(parquet.file, error);
  }
}

async function* readGroups(
  parquet: OpenParquet,
  request: RowRequest,
  mostBytes: number,
): AsyncGenerator<RowStretch> {
  const { rowsPerBlock, epochs, wantedRows = Number.POSITIVE_INFINITY } = request;
  const mostRows = Math.max(rowsPerBlock, Math.floor(mostBytes / (4 * epochs)));
  const spare: SpareMemory = { bytes: new Uint8Array(0) };
  let groupStart = 0;
  let consumed = 0;
  for (const group of parquet.metadata.row_groups) {
    if (groupStart >= wantedRows) return;
    const groupRows = Number(group.num_rows);
    const groupBytes = bytesOf(group);
    const columns = sortOut(parquet, request, group);
    for (let start = 0; start < Math.min(groupRows, wantedRows - groupStart); start += mostRows) {
      throwIfCancelled(request.signal);
      const count = Math.min(mostRows, groupRows - start, wantedRows - groupStart - start);
      yield* readRows(parquet, request, columns, { groupStart, start, count }, spare);
      request.onBytes?.(consumed + (groupBytes * (start + count)) / groupRows);
    }
    consumed += groupBytes;
    groupStart += groupRows;
  }
}

function bytesOf(group: RowGroup): number {
  return group.columns.reduce(
    (sum, { meta_data: data }) => sum + Number(data?.total_compressed_size ?? 0),
    0,
  );
}

/** The wanted columns of a row group: those read here, and the names of those that hyparquet reads. */
interface GroupColumns {
  readonly flat: readonly FlatColumn[];
  readonly others: readonly string[];
}

function sortOut(
  { columns, geometry, list }: OpenParquet,
  { uses }: RowRequest,
  group: RowGroup,
): GroupColumns {
  const chunks = listChunks(group);
  const flat: FlatColumn[] = [];
  const others: string[] = [];
  const add = (name: string, column: FlatColumn['column'], storage: ColumnStorage | undefined) => {
    const chunk = chunks.get(name);
    if (storage === undefined || chunk === undefined) others.push(name);
    else flat.push({ name, column, storage, chunk });
  };
  columns.forEach(({ name, storage }, column) => {
    if (uses[column] !== 'unused') add(name, column, isFor(storage, uses[column]) ? storage : undefined);
  });
  if (geometry !== undefined) add(geometry.column, 'geometry', geometry.storage);
  if (list !== undefined) others.push(list.column);
  if (list?.dateColumn !== undefined) others.push(list.dateColumn);
  return { flat, others };
}

/** Numbers that name points, and numbers that are written as texts, have to be converted. */
function isFor(storage: ColumnStorage | undefined, use: ColumnUse): boolean {
  return (storage?.type === 'BYTE_ARRAY') === (use === 'text');
}

/** Some rows of a row group: `count` from `start` on, counted in the group. */
interface RowsOfGroup {
  readonly groupStart: number;
  readonly start: number;
  readonly count: number;
}

/**
 * Reads some rows of a row group. Where all columns can be held open together a block is filled when it is asked for,
 * else all blocks are, from one set of columns after the other.
 */
async function* readRows(
  parquet: OpenParquet,
  request: RowRequest,
  { flat, others }: GroupColumns,
  rows: RowsOfGroup,
  spare: SpareMemory,
): AsyncGenerator<RowStretch> {
  const stretch = prepareStretch(parquet, request, rows);
  const { epochs, rowsPerBlock } = request;
  const sets = [...inSets(flat, rows.count)];
  const names = [...others];
  let blocks: Float32Array[] | undefined;
  let completeEpochs = 0;
  for (const set of sets) {
    const opened = await openFlatColumns(parquet.access, request, set, rows.start, stretch, spare);
    names.push(...opened.others.map(({ name }) => name));
    if (sets.length === 1 && opened.series.length === epochs) {
      const problems = await readOtherColumns(parquet, request, names, { ...stretch, displacements: [] });
      yield* takeBlocks({ ...stretch, spoiledCells: problems.spoiledCells }, opened.series, request);
      return;
    }
    blocks ??= allocateSeries(rows.count, request);
    for (const { block, start, end } of splitRows(rows.count, rowsPerBlock)) {
      takeSeries(opened.series, end - start, epochs, blocks[block]);
    }
    if (isComplete(opened.series)) completeEpochs += opened.series.length;
  }
  const whole = { ...stretch, displacements: blocks ?? allocateSeries(rows.count, request) };
  const problems = await readOtherColumns(parquet, request, names, whole);
  yield { ...whole, ...problems, isComplete: completeEpochs === epochs };
}

/** Room for all but the displacements. */
function prepareStretch(
  { geometry }: OpenParquet,
  { uses }: RowRequest,
  { groupStart, start, count }: RowsOfGroup,
): Omit<RowStretch, 'displacements'> {
  return {
    firstRow: groupStart + start,
    count,
    x: geometry && new Float64Array(count).fill(Number.NaN),
    y: geometry && new Float64Array(count).fill(Number.NaN),
    columns: uses.map((use) => {
      if (use === 'number') return new Float64Array(count).fill(Number.NaN);
      return use === 'text' ? new Array<string>(count).fill('') : undefined;
    }),
  };
}

function* takeBlocks(
  { firstRow, count, x, y, columns, spoiledCells }: Omit<RowStretch, 'displacements'>,
  series: readonly SeriesCursor[],
  { rowsPerBlock, epochs }: RowRequest,
): Generator<RowStretch> {
  for (const { start, end } of splitRows(count, rowsPerBlock)) {
    const displacements = new Float32Array((end - start) * epochs);
    takeSeries(series, end - start, epochs, displacements);
    yield {
      firstRow: firstRow + start,
      count: end - start,
      x: x?.subarray(start, end),
      y: y?.subarray(start, end),
      columns: columns.map((values) => values && cutColumn(values, start, end)),
      displacements: [displacements],
      spoiledCells: start === 0 ? spoiledCells : undefined,
      isComplete: isComplete(series),
    };
  }
}
