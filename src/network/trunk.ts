import { createGraph, declareInput, type Graph, type Tensor } from './graph.js';
import { multiply } from './ops/arithmetic.js';
import { elementCount } from './tensor.js';

/** How a parameter starts: uniform after Glorot, normal after He, or zero. */
export type Initial = 'glorot-uniform' | 'he-normal' | 'zeros';

/** A trained tensor of an architecture, and where it lies in the vector of all of them. */
export interface ParameterLayout {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Initial;
  readonly fanIn: number;
  readonly fanOut: number;
  readonly offset: number;
  readonly size: number;
}

export type ParameterDeclaration = Omit<ParameterLayout, 'offset' | 'size'>;

/**
 * A place where the trainable part of a network is being built: layers ask it for their parameters.
 *
 * `training` keeps sequences as [batch, length, channels] and uses only what has gradients; `inference` keeps them as
 * [batch, channels, 1, length] and uses ONNX's own convolutions and pooling. The same parameters serve both.
 */
export interface Trunk {
  readonly form: 'training' | 'inference';
  parameter(declaration: ParameterDeclaration): Tensor;
  /** Sets a share of the values to zero while training, and scales the rest up; nothing in inference. */
  dropout(x: Tensor, rate: number): Tensor;
  /** Layers say here what they cost, for one sample. */
  countMultiplyAdds(perSample: number): void;
}

/** What a head's logits mean: one class out of several, or independent yes/no answers. */
export interface HeadDescription {
  readonly size: number;
  readonly loss: 'softmax' | 'sigmoid';
}

/**
 * The trainable part of a network. `inputs` are shapes of one sample (without the batch axis); `buildTrunk` is given
 * them with a leading batch axis and gives logits [batch, size] for every head. `options` is plain JSON that, with the
 * name, is enough to make the architecture again.
 */
export interface Architecture {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly heads: Readonly<Record<string, HeadDescription>>;
  buildTrunk(trunk: Trunk, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
}

/** What an architecture needs and costs, found by building it once. */
export interface ArchitectureSurvey {
  readonly parameters: readonly ParameterLayout[];
  readonly parameterCount: number;
  /** Multiply-add operations of all layers for one sample. */
  readonly multiplyAdds: number;
  /** Shape of one sample and rate of every dropout, in order. */
  readonly dropouts: readonly { readonly shape: readonly number[]; readonly rate: number }[];
}

export function surveyArchitecture(architecture: Architecture): ArchitectureSurvey {
  const graph = createGraph();
  const parameters: ParameterLayout[] = [];
  const dropouts: { shape: readonly number[]; rate: number }[] = [];
  let parameterCount = 0;
  let multiplyAdds = 0;
  const trunk: Trunk = {
    form: 'training',
    parameter(declaration) {
      if (parameters.some(({ name }) => name === declaration.name)) {
        throw new Error(`Two parameters are called "${declaration.name}".`);
      }
      const size = elementCount(declaration.shape);
      parameters.push({ ...declaration, offset: parameterCount, size });
      parameterCount += size;
      return declareInput(graph, declaration.name, 'float32', declaration.shape);
    },
    dropout(x, rate) {
      dropouts.push({ shape: x.shape.slice(1) as number[], rate });
      return x;
    },
    countMultiplyAdds(perSample) {
      multiplyAdds += perSample;
    },
  };
  const heads = architecture.buildTrunk(trunk, declareInputs(graph, architecture, 'batch'));
  for (const [name, { size }] of Object.entries(architecture.heads)) {
    if (heads[name]?.shape[1] !== size)
      throw new Error(`${architecture.name} gives no head "${name}" of ${size}.`);
  }
  return { parameters, parameterCount, multiplyAdds, dropouts };
}

/** The architecture's inputs as inputs of a graph, `input.<name>`. */
export function declareInputs(
  graph: Graph,
  architecture: Architecture,
  batch: number | 'batch',
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(architecture.inputs).map(([name, shape]) => {
      return [name, declareInput(graph, `input.${name}`, 'float32', [batch, ...shape])];
    }),
  );
}

/** Builds the trunk with parameters that exist already; `masks`, one a dropout, make it forget. */
export function assembleTrunk(
  architecture: Architecture,
  form: Trunk['form'],
  inputs: Readonly<Record<string, Tensor>>,
  parameters: ReadonlyMap<string, Tensor>,
  masks: readonly Tensor[] = [],
): Record<string, Tensor> {
  let nextMask = 0;
  return architecture.buildTrunk(
    {
      form,
      parameter: ({ name }) => parameters.get(name) as Tensor,
      dropout: (x) => (masks.length === 0 ? x : multiply(x, masks[nextMask++])),
      countMultiplyAdds() {},
    },
    inputs,
  );
}
