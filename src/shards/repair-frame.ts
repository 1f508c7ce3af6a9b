import type { RepairRecord } from '../classify/repair-outputs.node.js';

/** A record of repairs as bytes: JSON, with the corrected series (which may have gaps) as the bytes that they are. */
export function encodeRepairs({ longitude, latitude, corrected, ...record }: RepairRecord): Uint8Array {
  const { buffer, byteOffset, byteLength } = corrected;
  const text = JSON.stringify({
    ...record,
    longitude: [...longitude],
    latitude: [...latitude],
    corrected: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  });
  return new TextEncoder().encode(text);
}

export function decodeRepairs(body: Uint8Array): RepairRecord {
  const { longitude, latitude, corrected, ...record } = JSON.parse(new TextDecoder().decode(body));
  const bytes = Uint8Array.from(Buffer.from(corrected, 'base64'));
  return {
    ...record,
    longitude: Float64Array.from(longitude),
    latitude: Float64Array.from(latitude),
    corrected: new Float32Array(bytes.buffer),
  };
}
