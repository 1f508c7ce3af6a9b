import { describe, expect, it } from 'vitest';
import { createGraph, encodeGraph } from '../network/graph.js';
import { float32Tensor } from '../network/tensor.js';
import { createRandom } from '../random.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { loadWebRuntime } from '../runtime/session.web.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { DISPLACEMENT_INPUT, declareDisplacement } from './front-end.js';
import { courseAt, courseIn, ownCourse, takeOffCourse } from './own-course.js';
import { rowsOf } from './rows.js';

const axis = granadaCalendar('own course');
const count = axis.days.length;
const share = axis.years.map((year) => year / axis.years[count - 1]);
const random = createRandom('own course');
const series = Array.from({ length: 5 }, (_, k) =>
  Array.from(share, (time) => 40 * k * time - 60 * time * time + random.normal()),
);
const rows = rowsOf([
  Float64Array.from(share, () => random.normal()),
  Float64Array.from(share, () => random.normal()),
]);

async function run(runtime: Awaited<ReturnType<typeof loadNodeRuntime>>): Promise<Record<string, number[]>> {
  const graph = createGraph();
  const own = ownCourse(share);
  const { y, course } = takeOffCourse(declareDisplacement(graph, axis), own);
  const results = {
    y,
    course,
    onDates: courseAt(course, 'dates', share),
    inRows: courseIn(course, 'rows', rows, own.shapes),
  };
  const session = await runtime.createSession(encodeGraph(graph, results));
  const values = Float32Array.from(series.flat());
  const given = { [DISPLACEMENT_INPUT]: float32Tensor(values, [series.length, count]) };
  const all = await session.run(given);
  await session.dispose();
  return Object.fromEntries(Object.entries(all).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

describe('takeOffCourse', () => {
  it('leaves what a parabola does not explain, to a part of the material size', async () => {
    const { y } = await run(await loadNodeRuntime());
    for (let k = 0; k < series.length; k++) {
      const left = y.slice(k * count, (k + 1) * count);
      for (const power of [0, 1, 2]) {
        const moment = left.reduce((sum, value, i) => sum + value * (share[i] - 0.5) ** power, 0) / count;
        expect(Math.abs(moment)).toBeLessThan(0.05);
      }
      const deviation = Math.sqrt(left.reduce((sum, value) => sum + value * value, 0) / count);
      expect(deviation).toBeGreaterThan(0.8);
      expect(deviation).toBeLessThan(1.2);
    }
  });

  it('gives back, with level and course, the series and its products', async () => {
    const { y, onDates, inRows } = await run(await loadNodeRuntime());
    series.forEach((values, k) => {
      const together = values.map((_, i) => y[k * count + i] + onDates[k * count + i]);
      const level = values[0] - together[0];
      values.forEach((value, i) => {
        expect(together[i] + level).toBeCloseTo(value, 3);
      });
      for (let row = 0; row < rows.count; row++) {
        const product = together.reduce(
          (sum, _, i) => sum + onDates[k * count + i] * rows.values[row * count + i],
          0,
        );
        expect(inRows[k * rows.count + row]).toBeCloseTo(product, 2);
      }
    });
  });

  it('leaves the very same series in every runtime', async () => {
    const [native, web] = [await run(await loadNodeRuntime()), await run(loadWebRuntime())];
    expect(web.y).toEqual(native.y);
    expect(web.course).toEqual(native.course);
  });
});
