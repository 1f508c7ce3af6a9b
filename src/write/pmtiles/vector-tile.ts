import { PbfWriter } from 'pbf';

/** Side of a tile in the units of its coordinates. */
export const TILE_EXTENT = 4096;

export type TileValue = string | number | boolean;

/** A point of a layer: whole coordinates within the tile. Properties that are missing are left out. */
export interface TilePoint {
  readonly x: number;
  readonly y: number;
  readonly properties: readonly (readonly [name: string, value: TileValue])[];
}

export interface TileLayer {
  readonly name: string;
  readonly points: readonly TilePoint[];
}

const VERSION = 2;
const POINT_TYPE = 1;
const MOVE_TO_ONCE = 9;

/** Encodes a tile of points (Mapbox Vector Tile 2.1). Layers without points are left out. */
export function encodeVectorTile(layers: readonly TileLayer[]): Uint8Array {
  const writer = new PbfWriter();
  for (const layer of layers) if (layer.points.length > 0) writer.writeMessage(3, writeLayer, layer);
  return writer.finish();
}

function writeLayer(layer: TileLayer, writer: PbfWriter): void {
  const keys = new Map<string, number>();
  const values = new Map<TileValue, number>();
  const numberOf = <Key>(table: Map<Key, number>, key: Key): number => {
    const known = table.get(key);
    if (known !== undefined) return known;
    table.set(key, table.size);
    return table.size - 1;
  };
  writer.writeVarintField(15, VERSION);
  writer.writeStringField(1, layer.name);
  for (const { x, y, properties } of layer.points) {
    const tags = properties.flatMap(([name, value]) => [numberOf(keys, name), numberOf(values, value)]);
    writer.writeMessage(2, writeFeature, { x, y, tags });
  }
  for (const key of keys.keys()) writer.writeStringField(3, key);
  for (const value of values.keys()) writer.writeMessage(4, writeValue, value);
  writer.writeVarintField(5, TILE_EXTENT);
}

function writeFeature({ x, y, tags }: { x: number; y: number; tags: number[] }, writer: PbfWriter): void {
  writer.writePackedVarint(2, tags);
  writer.writeVarintField(3, POINT_TYPE);
  writer.writePackedVarint(4, [MOVE_TO_ONCE, 2 * x, 2 * y]);
}

function writeValue(value: TileValue, writer: PbfWriter): void {
  if (typeof value === 'string') writer.writeStringField(1, value);
  else if (typeof value === 'boolean') writer.writeBooleanField(7, value);
  else if (Number.isInteger(value) && value >= 0) writer.writeVarintField(5, value);
  else writer.writeDoubleField(3, value);
}
