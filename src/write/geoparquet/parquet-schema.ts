import type { SchemaElement } from 'hyparquet';
import type { ColumnType, ResultSchema } from '../../series/result-table.js';
import { listSeriesColumns } from '../result-encoder.js';
import { PHYSICAL_TYPES } from './column-chunk.js';

/** Members of the struct that covers a point, as GeoParquet 1.1 names them. */
export const COVERING_MEMBERS = ['xmin', 'ymin', 'xmax', 'ymax'] as const;

export type CoveringMember = (typeof COVERING_MEMBERS)[number];

/** The Parquet schema in depth-first order: fields, geometry, covering box, displacements. */
export function describeSchema(schema: ResultSchema, geometry: string, covering: string): SchemaElement[] {
  const fields = schema.fields.map((field) => describeField(field.name, field.type));
  const series = listSeriesColumns(schema).map((name) => describeField(name, 'float32'));
  return [
    { name: 'schema', num_children: fields.length + 2 + series.length },
    ...fields,
    { name: geometry, type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
    { name: covering, repetition_type: 'REQUIRED', num_children: COVERING_MEMBERS.length },
    ...COVERING_MEMBERS.map((name) => describeField(name, 'float32')),
    ...series,
  ];
}

function describeField(name: string, type: ColumnType): SchemaElement {
  const element: SchemaElement = { name, type: PHYSICAL_TYPES[type], repetition_type: 'OPTIONAL' };
  if (type === 'text') return { ...element, converted_type: 'UTF8', logical_type: { type: 'STRING' } };
  if (type === 'date') return { ...element, converted_type: 'DATE', logical_type: { type: 'DATE' } };
  return element;
}
