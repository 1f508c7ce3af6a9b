import type { PidRegister } from './pid-register.js';

/** Unit that the displacements of a file are counted in. */
export type DisplacementUnit = 'mm' | 'cm' | 'm';

/** Millimetres in a unit. */
export const MM_PER_UNIT: Readonly<Record<DisplacementUnit, number>> = { mm: 1, cm: 10, m: 1000 };

/** Names of columns as the file has them, where the usual names do not lead to them. */
export interface ColumnChoice {
  readonly pid?: string;
  readonly latitude?: string;
  readonly longitude?: string;
  readonly easting?: string;
  readonly northing?: string;
}

export interface ReadOptions {
  /** Default `mm`. */
  readonly units?: DisplacementUnit;
  /** Throw at the first row or cell that cannot be read, in place of counting and reporting it. */
  readonly strict?: boolean;
  readonly columns?: ColumnChoice;
  /** Projection of eastings and northings (or of columns named like degrees that hold metres). */
  readonly epsg?: number;
  /** Days since 1970 of the displacements in rows of text that do not say their dates. */
  readonly dates?: readonly number[];
  /** Names of the columns before those displacements, in their order. */
  readonly columnNames?: readonly string[];
  /** Shared by datasets opened together, so that a point that comes twice among them is noticed. */
  readonly pids?: PidRegister;
  /** What is to be said about the surroundings of the file; heads the warnings of the report. */
  readonly notes?: readonly string[];
}
