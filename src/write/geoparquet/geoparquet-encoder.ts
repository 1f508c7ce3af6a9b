import type { RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { createBounds, extendByBatch } from '../bounds.js';
import {
  type ByteSink,
  checkBatch,
  chooseFreeName,
  describeColumns,
  listColumns,
  type ResultEncoder,
} from '../result-encoder.js';
import { describeGroup, type EncodedGroup, encodeGroup, type GroupEncoder } from './encoded-group.js';
import { describeGeometry } from './geo-metadata.js';
import { describeSchema } from './parquet-schema.js';
import { createRowGroup, type RowGroupBuffer } from './row-group.js';

const MAGIC = 0x31524150; // PAR1
const MOST_ROWS_PER_GROUP = 65_536;
const FEWEST_ROWS_PER_GROUP = 4096;
const VALUES_PER_GROUP = 8_000_000;

/**
 * Writes GeoParquet 1.1: the fields, `geometry` (WKB points or shapes, OGC:CRS84), `bbox` (a struct of four floats that
 * covers each point, for readers that filter by place), then the displacements as FLOAT columns.
 *
 * Missing values are nulls, also where a number is `NaN`; the footer holds `geo`, every entry of the schema's metadata
 * and `column_descriptions` (JSON) where fields are described. The bytes depend on the rows alone, not on how they came
 * in batches. Holds one row group of at most 65,536 rows, fewer with many columns: about 32 MB; two of them where
 * groups are encoded elsewhere.
 */
export function createGeoparquetEncoder(
  sink: ByteSink,
  schema: ResultSchema,
  encodeElsewhere?: GroupEncoder,
): ResultEncoder {
  const names = listColumns(schema);
  const geometryName = chooseFreeName('geometry', names);
  const coveringName = chooseFreeName('bbox', names);
  const capacity = Math.min(
    MOST_ROWS_PER_GROUP,
    Math.max(FEWEST_ROWS_PER_GROUP, Math.floor(VALUES_PER_GROUP / (names.length + 6))),
  );
  const isShared = encodeElsewhere !== undefined;
  const createGroup = () => createRowGroup(schema, geometryName, coveringName, capacity, isShared);
  const elements: SchemaElement[] = describeSchema(schema, geometryName, coveringName);
  const writer = new ByteWriter();
  const rowGroups: RowGroup[] = [];
  const bounds = createBounds();
  const types = new Set<string>(schema.hasShapes ? [] : ['Point']);
  let totalRows = 0;
  let group = createGroup();
  let spare: RowGroupBuffer | undefined;
  let underWay: Promise<void> = Promise.resolve();
  writer.appendUint32(MAGIC);

  async function flush(): Promise<void> {
    await sink.write(writer.getBytes());
    writer.index = 0;
  }

  async function storeGroup(encoded: EncodedGroup, rows: number): Promise<void> {
    await flush();
    rowGroups.push(describeGroup(encoded, rows, writer.offset));
    await sink.write(encoded.bytes);
    writer.offset += encoded.bytes.length;
    totalRows += rows;
  }

  /** Encodes the group that is full; where that happens elsewhere, the next one fills meanwhile. */
  async function sendGroup(): Promise<void> {
    await underWay;
    const full = group;
    if (encodeElsewhere === undefined) {
      await storeGroup(encodeGroup(full.columns()), full.rows);
      full.clear();
      return;
    }
    group = spare ?? createGroup();
    underWay = encodeElsewhere(full.columns()).then(async (encoded) => {
      await storeGroup(encoded, full.rows);
      full.clear();
      spare = full;
    });
    // Told at the next call; until then it must not count as unhandled.
    underWay.catch(() => {});
  }

  return {
    async write(batch: ResultBatch) {
      checkBatch(schema, batch);
      extendByBatch(bounds, batch);
      for (const { type } of batch.shapes ?? []) types.add(type);
      for (let row = 0; row < batch.count; ) {
        row += group.append(batch, row);
        if (group.rows === capacity) await sendGroup();
      }
    },
    async finish() {
      // The last group is encoded here in any case: nothing else is left to do while others encode the one before.
      const last = group.rows > 0 ? encodeGroup(group.columns()) : undefined;
      await underWay;
      if (last) await storeGroup(last, group.rows);
      const descriptions = describeColumns(schema);
      writeMetadata(writer, {
        version: 2,
        created_by: 'groundtrend',
        schema: elements,
        num_rows: BigInt(totalRows),
        row_groups: rowGroups,
        key_value_metadata: [
          { key: 'geo', value: describeGeometry(geometryName, coveringName, bounds, [...types].sort()) },
          ...(Object.keys(descriptions).length > 0
            ? [{ key: 'column_descriptions', value: JSON.stringify(descriptions) }]
            : []),
          ...Object.entries(schema.metadata).map(([key, value]) => ({ key, value })),
        ],
        metadata_length: 0,
      });
      writer.appendUint32(MAGIC);
      await flush();
      await sink.close();
    },
  };
}
