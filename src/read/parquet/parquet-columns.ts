import { type FileMetaData, parquetSchema, type SchemaTree } from 'hyparquet';
import type { AttributeField } from '../../series/series-batch.js';
import { parseDateColumn } from '../columns/date-column.js';
import type { NumberType } from './number-values.js';

/** A column of a Parquet file that can be an attribute or a displacement. */
export interface ParquetColumn extends AttributeField {
  /** Present where its values are plain numbers or texts. */
  readonly storage?: ColumnStorage;
}

/** A flat column whose values mean what they are. */
export interface ColumnStorage {
  readonly type: NumberType | 'BYTE_ARRAY';
  readonly isOptional: boolean;
}

export interface ListColumn {
  readonly name: string;
  readonly holds: 'numbers' | 'dates';
}

/** The columns of a file by what can be done with them. */
export interface ParquetColumns {
  readonly flat: readonly ParquetColumn[];
  readonly lists: readonly ListColumn[];
  /** Columns of structures, which are not read. */
  readonly structures: readonly string[];
}

const NUMBERS: ReadonlySet<string> = new Set(['INT32', 'INT64', 'FLOAT', 'DOUBLE']);

export function sortColumns(metadata: FileMetaData, geometryColumn: string | undefined): ParquetColumns {
  const flat: ParquetColumn[] = [];
  const lists: ListColumn[] = [];
  const structures: string[] = [];
  for (const column of parquetSchema(metadata).children) {
    const { name } = column.element;
    if (name === geometryColumn) continue;
    if (column.children.length === 0 && column.element.repetition_type !== 'REPEATED') {
      flat.push({ name, kind: kindOf(column), storage: plainStorage(column) });
      continue;
    }
    const leaf = listLeaf(column);
    if (leaf === undefined) structures.push(name);
    else lists.push({ name, holds: isNumeric(leaf) ? 'numbers' : 'dates' });
  }
  return { flat, lists, structures };
}

function kindOf(column: SchemaTree): AttributeField['kind'] {
  return isNumeric(column) || parseDateColumn(column.element.name) !== undefined ? 'number' : 'text';
}

function isNumeric({ element }: SchemaTree): boolean {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL' || logical?.type === 'FLOAT16') return true;
  const isTime = /^(DATE|TIME|TIMESTAMP)/.test(converted ?? logical?.type ?? '');
  return type !== undefined && NUMBERS.has(type) && !isTime;
}

/** Numbers without a meaning of their own, such as decimals and unsigned ones have, and texts. */
function plainStorage({ element }: SchemaTree): ColumnStorage | undefined {
  const { type, converted_type: converted, logical_type: logical, repetition_type: repetition } = element;
  const isOptional = repetition === 'OPTIONAL';
  if (type === 'BYTE_ARRAY') {
    const isText = (converted ?? 'UTF8') === 'UTF8' && (logical?.type ?? 'STRING') === 'STRING';
    return isText ? { type, isOptional } : undefined;
  }
  if (converted !== undefined || logical !== undefined) return undefined;
  if (type !== 'INT32' && type !== 'INT64' && type !== 'FLOAT' && type !== 'DOUBLE') return undefined;
  return { type, isOptional };
}

/** The values of a list column (a group with one repeated member), or `undefined` for other nesting. */
function listLeaf(column: SchemaTree): SchemaTree | undefined {
  let node = column;
  let repetitions = 0;
  for (;;) {
    if (node.element.repetition_type === 'REPEATED') repetitions++;
    if (node.children.length === 0) return repetitions === 1 ? node : undefined;
    if (node.children.length > 1) return undefined;
    node = node.children[0];
  }
}
