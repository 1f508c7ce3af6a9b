import { spreadBits } from '../random.js';

/** Two 32-bit hashes of the bytes `start` to `end`, independent enough to count as one of 64 bits. */
export class PidHash {
  high = 0;
  low = 0;

  update(bytes: Uint8Array, start: number, end: number): void {
    let high = 0x811c9dc5 | 0;
    let low = 0x9e3779b9 | 0;
    for (let i = start; i < end; i++) {
      high = Math.imul(high ^ bytes[i], 0x01000193);
      low = Math.imul(low ^ bytes[i], 0x85ebca6b);
      low ^= low >>> 13;
    }
    this.high = spreadBits(high ^ (low >>> 7));
    this.low = spreadBits(low);
  }
}

/**
 * Equal for places of less than about a metre apart, but where a rounding edge lies between. `direction` tells apart
 * the vertical and the eastward series that a cell of EGMS L3 has under one pid.
 */
export function hashPlace(longitude: number, latitude: number, direction: number): number {
  const east = Math.imul(Math.round(longitude * 1e5), 0x9e3779b1);
  return spreadBits(east ^ spreadBits((Math.round(latitude * 1e5) * 2 + direction) | 0));
}
