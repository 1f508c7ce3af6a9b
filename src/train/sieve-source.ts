import type { ExtentName } from '../features/feature-extent.js';
import type { Runtime } from '../runtime/session.js';
import type { Dataset } from '../series/dataset.js';
import { joinArrays } from '../series/matrix-rows.js';
import { measureFeatures } from './feature-samples.js';
import { askTeacher, type SieveSamples } from './sieve.js';
import { standardized, type WideNetwork } from './wide-model.js';

/** Series of a real file that a sieve is taught, at the most. */
const MOST_SERIES = 12_000;

/** The series of a real file as its network's features and as those of the sieve, with what the network says of them. */
export async function measureSource(
  runtime: Runtime,
  teacher: WideNetwork,
  temperature: number,
  { axis, batches }: Dataset,
  settings: { readonly materialMm: number; readonly cycleMm: number },
): Promise<SieveSamples> {
  const whole: Float32Array[] = [];
  const few: Float32Array[] = [];
  let count = 0;
  for await (const batch of batches()) {
    const taken = Math.min(batch.count, MOST_SERIES - count);
    const measure = async (extent: ExtentName) => {
      const wanted = { ...settings, extent, grid: false };
      return (await measureFeatures(runtime, axis, batch.displacements, taken, wanted)).features;
    };
    whole.push(await measure(teacher.recipe.extent));
    few.push(await measure('sieve'));
    count += taken;
    if (count === MOST_SERIES) break;
  }
  const features = standardized(teacher, joinArrays(whole));
  return {
    count,
    features: joinArrays(few),
    answers: await askTeacher(runtime, teacher, temperature, features),
  };
}
