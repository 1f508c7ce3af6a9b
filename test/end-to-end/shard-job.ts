import { writeFile } from 'node:fs/promises';
import { createRandom } from '../../src/random.js';

/** A table of so many points on 32 dates: quiet ones and moving ones, quickly made. */
export async function writeTable(path: string, points: number, seed: string): Promise<void> {
  const random = createRandom(seed);
  const dates = Array.from({ length: 32 }, (_, i) =>
    new Date(Date.UTC(2020, 0, 3) + i * 18 * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  const patterns = Array.from({ length: 64 }, (_, kind) =>
    dates.map((_, i) => ((kind % 4) * 0.4 * i + 2 * random.normal()).toFixed(1)).join(','),
  );
  const lines = [`pid,latitude,longitude,temporal_coherence,${dates.join(',')}`];
  for (let point = 0; point < points; point++) {
    const place = `${(40 + random.uniform()).toFixed(6)},${(12 + random.uniform()).toFixed(6)}`;
    const coherence = (0.5 + 0.5 * random.uniform()).toFixed(2);
    lines.push(`${seed}${point},${place},${coherence},${patterns[random.integer(64)]}`);
  }
  await writeFile(path, `${lines.join('\n')}\n`);
}
