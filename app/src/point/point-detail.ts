import {
  createDescriber,
  type Describer,
  type EpochAxis,
  type FittedMotion,
  fitMotion,
  MISSING_INT32,
  type MotionShape,
  probabilityColumn,
} from '../../../src/index.js';
import { type LoadedMap, NO_CLASS } from '../data/loaded-map.js';
import { formatValue, titleOf, unitOf } from '../data/units.js';

/** One number or text of a point, ready to be shown. */
export interface Fact {
  readonly name: string;
  readonly title: string;
  readonly value: string;
  readonly unit: string;
  readonly description: string | undefined;
}

/** Everything that the page shows of a point. */
export interface PointDetail {
  readonly row: number;
  readonly pid: string;
  readonly className: string | undefined;
  readonly probabilities: readonly (readonly [className: string, probability: number])[];
  /** What groundtrend found, and what the source says. */
  readonly findings: readonly Fact[];
  readonly attributes: readonly Fact[];
  readonly series: Float32Array | undefined;
  readonly fit: FittedMotion | undefined;
  readonly breakMark: { readonly day: number; readonly low: number; readonly high: number } | undefined;
}

const SHAPES: Readonly<Record<string, MotionShape>> = {
  Stable: 'constant',
  Linear: 'linear',
  Quadratic: 'quadratic',
  Bilinear: 'hinge',
};
const describers = new WeakMap<EpochAxis, Describer>();

export async function readPoint(loaded: LoadedMap, row: number): Promise<PointDetail> {
  const [values, series] = await Promise.all([
    loaded.readRow(row),
    loaded.axis ? loaded.readSeries(row) : Promise.resolve(undefined),
  ]);
  const code = loaded.codes[row];
  const className = code === NO_CLASS ? undefined : loaded.classes[code];
  const day = dateOf(values, 'break_date');
  const fit =
    series && loaded.axis
      ? await fitMotion(describerOf(loaded.axis), series, {
          shape: className === undefined ? undefined : SHAPES[className],
          breakDay: day,
          searchJumps: className === 'PUE',
        })
      : undefined;
  const described = fit?.description;
  const breakMark =
    fit?.shape !== 'hinge' || !described
      ? undefined
      : {
          day: day ?? described.breakDay[0],
          low: dateOf(values, 'break_date_low') ?? described.breakLowDay[0],
          high: dateOf(values, 'break_date_high') ?? described.breakHighDay[0],
        };
  const own = ownFields(loaded);
  const facts = loaded.rowFields.flatMap((field): (Fact & { own: boolean })[] => {
    const { name, type, description } = field;
    if (name === 'pid' || name === 'class' || name === 'class_code' || /^p_/.test(name)) return [];
    const raw = values.get(name)!;
    const number = typeof raw === 'number' && raw !== MISSING_INT32 ? raw : Number.NaN;
    const kind = type === 'date' || type === 'boolean' ? type : 'number';
    const value = typeof raw === 'string' ? raw || '–' : formatValue(kind, number);
    return [
      {
        name,
        title: titleOf(name),
        value,
        unit: value === '–' ? '' : unitOf(name),
        description,
        own: own.has(name),
      },
    ];
  });
  return {
    row,
    pid: loaded.pidOf(row),
    className,
    probabilities: loaded.classes.flatMap((name) => {
      const probability = values.get(probabilityColumn(name));
      return typeof probability === 'number' ? [[name, probability] as const] : [];
    }),
    findings: facts.filter((fact) => fact.own && fact.value !== '–'),
    attributes: facts.filter((fact) => !fact.own),
    series,
    fit,
    breakMark,
  };
}

/** The writer says of the source's columns that they are as the source has them. */
function ownFields({ rowFields: fields }: LoadedMap): Set<string> {
  return new Set(
    fields.filter(({ description }) => description !== 'as the source has it').map(({ name }) => name),
  );
}

function dateOf(values: ReadonlyMap<string, string | number>, name: string): number | undefined {
  const value = values.get(name);
  return typeof value === 'number' && Number.isFinite(value) && value !== MISSING_INT32 ? value : undefined;
}

function describerOf(axis: EpochAxis): Describer {
  let describer = describers.get(axis);
  if (describer === undefined) {
    describer = createDescriber({ axis });
    describers.set(axis, describer);
  }
  return describer;
}
