import type { Random } from '../random.js';
import { declareConstant, emitMany, type Graph, integers, type Tensor } from './graph.js';
import { int } from './onnx-format.js';
import { reshape } from './ops/shape.js';
import { float32Tensor } from './tensor.js';
import type { ArchitectureSurvey, ParameterLayout } from './trunk.js';

/** First values of all parameters, one after the other. Each has its own stream of random numbers. */
export function initialiseParameters(survey: ArchitectureSurvey, random: Random): Float32Array {
  const values = new Float32Array(survey.parameterCount);
  for (const layout of survey.parameters) {
    const draw = drawOf(layout, random.fork(layout.name));
    for (let i = 0; i < layout.size; i++) values[layout.offset + i] = draw();
  }
  return values;
}

/** Takes the vector of all parameters apart inside a graph. */
export function splitParameters(vector: Tensor, survey: ArchitectureSurvey): Map<string, Tensor> {
  const { parameters } = survey;
  const results = parameters.map(({ size }) => ({ shape: [size], type: vector.type }));
  const sizes = integers(
    vector.graph,
    parameters.map(({ size }) => size),
  );
  const parts = emitMany('Split', [vector, sizes], results, { axis: int(0) });
  return new Map(parameters.map(({ name, shape }, index) => [name, reshape(parts[index], shape)]));
}

/** Puts trained parameters into a graph as constants under their own names, behind a prefix where one is given. */
export function embedParameters(
  graph: Graph,
  survey: ArchitectureSurvey,
  values: Float32Array,
  prefix = '',
): Map<string, Tensor> {
  return new Map(
    survey.parameters.map(({ name, shape, offset, size }) => {
      const value = float32Tensor(values.slice(offset, offset + size), shape);
      return [name, declareConstant(graph, `${prefix}${name}`, value)];
    }),
  );
}

/** 1 for every weight, 0 for biases: where weight decay applies. */
export function decayMask(survey: ArchitectureSurvey): Float32Array {
  const mask = new Float32Array(survey.parameterCount);
  for (const { initial, offset, size } of survey.parameters) {
    if (initial !== 'zeros') mask.fill(1, offset, offset + size);
  }
  return mask;
}

function drawOf({ initial, fanIn, fanOut }: ParameterLayout, random: Random): () => number {
  switch (initial) {
    case 'glorot-uniform': {
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      return () => random.between(-limit, limit);
    }
    case 'he-normal': {
      const deviation = Math.sqrt(2 / fanIn);
      return () => deviation * random.normal();
    }
    case 'zeros':
      return () => 0;
  }
}
